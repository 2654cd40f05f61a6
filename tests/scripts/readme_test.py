#!/usr/bin/env python3
"""Runs every `calib` command of README.md and of the help's examples, in order, as a reader would.

usage: readme_test.py PROGRAM SOURCE_FOLDER
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile


def readme_commands(text):
    """The lines of all blocks marked sh."""
    lines = []
    for block in re.findall(r"```sh\n(.*?)```", text, re.S):
        lines += [line for line in block.splitlines() if line.strip()]
    return lines


def main():
    program, source = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    commands = readme_commands((source / "README.md").read_text())
    if len(commands) < 10 or not all(line.startswith("calib ") for line in commands):
        sys.exit(f"README.md: expected at least 10 lines that start with calib, found {commands}")
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "data").symlink_to(source / "data")
        (pathlib.Path(folder) / "configs").symlink_to(source / "configs")
        environment = dict(os.environ, PATH=f"{program.parent}:{os.environ['PATH']}")
        for line in commands:
            done = subprocess.run(line, shell=True, cwd=folder, env=environment, capture_output=True, text=True)
            if done.returncode != 0:
                sys.exit(f"$ {line}\nexit code {done.returncode}\n{done.stdout}{done.stderr}")
            print(f"$ {line}")
        shutil.rmtree(pathlib.Path(folder) / "out")
    print(f"{len(commands)} commands ran")


if __name__ == "__main__":
    main()
