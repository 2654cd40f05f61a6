#!/usr/bin/env python3
"""Runs every `calib` command of README.md in order, those of its CI snippets, then its programs in Python and C++, as a reader would.

usage: readme_test.py PROGRAM SOURCE_FOLDER [CXX_COMPILER]      without a compiler the C++ is left out
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile


def readme_commands(text):
    """The lines of all blocks marked sh."""
    lines = []
    for block in re.findall(r"```sh\n(.*?)```", text, re.S):
        lines += [line for line in block.splitlines() if line.strip()]
    return lines


def ci_commands(text):
    """The commands of the CI snippets, with recordings and a reference that are there."""
    commands = []
    for block in re.findall(r"```yaml\n(.*?)```", text, re.S):
        for line in block.splitlines():
            command = re.search(r"- (?:run: )?(calib .*)", line)
            if command:
                commands.append(command[1].replace("recordings/today", "data/demo")
                                .replace("reference.yaml", "out/calibration.yaml"))
    return commands


def python_with_opencv():
    """Debian's python3-opencv belongs to Debian's own Python."""
    for python in (sys.executable, "/usr/bin/python3"):
        if subprocess.run([python, "-c", "import cv2"], capture_output=True).returncode == 0:
            return python
    sys.exit("README.md: its Python needs the package python3-opencv")


def run(command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode != 0:
        sys.exit(f"$ {command}\nexit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


COMPARE = """
import cv2, numpy as np, sys
expected = cv2.imread("rectified/a_b/a/000000.png").astype(int)
for name in sys.argv[1:]:
    difference = np.abs(cv2.imread(name).astype(int) - expected)
    # Maps in floats and in thirty-seconds of a pixel differ by a level or two at edges.
    assert difference.max() <= 8 and difference.mean() < 0.05, (name, difference.max(), difference.mean())
assert cv2.imread("from_exr.png").std() > 20
"""


def run_programs(text, folder, compiler):
    python = python_with_opencv()
    run([python, "-c", re.search(r"```python\n(.*?)```", text, re.S)[1]], cwd=folder)
    made = ["from_npy.png", "from_yaml.png"]
    if compiler:
        (pathlib.Path(folder) / "loads.cpp").write_text(re.search(r"```cpp\n(.*?)```", text, re.S)[1])
        libraries = [f"-lopencv_{name}" for name in ("imgcodecs", "imgproc", "core")]
        run([compiler, "loads.cpp", "-o", "loads", "-I/usr/include/opencv4", *libraries], cwd=folder)
        run(["./loads"], cwd=folder)
        made.append("from_cpp.png")
    run([python, "-c", COMPARE, *made], cwd=folder)
    print(f"its programs made {made} as calib does")


def main():
    program, source = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    text = (source / "README.md").read_text()
    commands = readme_commands(text)
    if len(commands) < 10 or not all(line.startswith("calib ") for line in commands):
        sys.exit(f"README.md: expected at least 10 lines that start with calib, found {commands}")
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "data").symlink_to(source / "data")
        (pathlib.Path(folder) / "configs").symlink_to(source / "configs")
        environment = dict(os.environ, PATH=f"{program.parent}:{os.environ['PATH']}")
        ci = ci_commands(text)
        if len(ci) < 5:
            sys.exit(f"README.md: expected the commands of two CI snippets, found {ci}")
        commands += ci
        for line in commands:
            run(line, shell=True, cwd=folder, env=environment)
            print(f"$ {line}")
        run_programs(text, folder, sys.argv[3] if len(sys.argv) > 3 else None)
    print(f"{len(commands)} commands ran")


if __name__ == "__main__":
    main()
