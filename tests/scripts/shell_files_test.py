#!/usr/bin/env python3
"""Man pages and completions as a shell and a reader of manuals use them.

usage: shell_files_test.py PROGRAM SHARE_FOLDER SOURCE_FOLDER      says which tools it had to leave out
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from messages import is_known, message_texts

ASK_BASH = r"""
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_calib
printf '%s\n' "${COMPREPLY[@]}"
"""


def output_of(*command, **options):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **options)
    assert done.returncode == 0 and not done.stderr, f"{command}: exit code {done.returncode}\n{done.stderr}"
    return done.stdout


def commands_of(program):
    listed = output_of(program, "--help").split("Subcommands:\n")[1]
    return re.findall(r"^  ([\w-]+) ", listed, re.M)


def flags_of(program, command):
    """Every way to write every flag in a command's help."""
    lines = re.findall(r"^  (-\S+)", output_of(program, command, "--help"), re.M)
    return [name for line in lines for name in line.split(",")]


def check_man_pages(program, folder):
    """One page a command, each with every flag of its help, and without a complaint of the formatter."""
    commands = commands_of(program)
    names = {"calib.1"} | {f"calib-{command}.1" for command in commands}
    assert {path.name for path in folder.iterdir()} == names, sorted(folder.iterdir())
    overview = (folder / "calib.1").read_text()
    for command in commands:
        assert "\\fB{}\\fR".format(command.replace("-", "\\-")) in overview, command
        page = (folder / f"calib-{command}.1").read_text()
        for title in ("NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXAMPLE", "EXIT STATUS", "DIAGNOSTICS", "SEE ALSO"):
            assert f".SH {title}\n" in page, (command, title)
        for flag in flags_of(program, command):
            escaped = flag.replace("-", "\\-")
            assert f"\\fB{escaped}\\fR" in page, (command, flag)
    groff = shutil.which("groff")
    for page in folder.iterdir() if groff else []:
        text = re.sub(".\x08", "", output_of(groff, "-man", "-Kutf8", "-Tascii", "-ww", "-P-c", page))
        assert "NAME" in text and "EXIT STATUS" in text, text
    return groff


def check_prose(program, source):
    """Each command has a text that a person wrote: some sentences, with flags and messages that are there."""
    texts = message_texts(source)
    files = {path.stem: path.read_text() for path in (source / "app/man").iterdir()}
    commands = commands_of(program)
    assert set(files) == {"calib", *commands}, sorted(files)
    known = {flag for command in commands for flag in flags_of(program, command)}
    for command, text in files.items():
        description, diagnostics = text.split("\nDIAGNOSTICS\n")
        assert 2 <= len(re.findall(r"\.(?:\s|$)", description)) <= 10, command
        unknown = set(re.findall(r"`(--[\w-]+)", text)) - known
        assert not unknown, (command, unknown)
        messages = re.findall(r"^\S.*", diagnostics, re.M)
        assert messages and diagnostics.count("\n  ") >= len(messages), command
        for message in messages:
            assert is_known(message, texts), f"app/man/{command}.txt: the program has no such message: {message}"
        assert all(len(line) <= 120 and line.count("`") % 2 == 0 for line in text.splitlines()), command


def check_bash(program, script):
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "pictures").mkdir()
        (pathlib.Path(folder) / "plan.yaml").touch()

        def ask(*words):
            return output_of("bash", "-c", ASK_BASH, "bash", script, "calib", *words, cwd=folder).split()

        assert ask("") == commands_of(program) + ["-h", "--help", "--version"], ask("")
        assert ask("intr") == ["intrinsics"]
        for command in commands_of(program):
            assert sorted(ask(command, "-")) == sorted(flags_of(program, command)), command
        assert ask("run", "--bo") == ["--board", "--board-type"]
        assert ask("detect", "--detector", "") == ["fast", "opencv", "sb"]
        assert ask("detect", "--board-type", "=", "ch") == ["chessboard", "charuco"]
        assert ask("detect", "--board-type", "=") == ask("detect", "--board-type", "")
        assert ask("intrinsics", "--model", "opencv1") == ["opencv12", "opencv14"]
        assert "kalibr" in ask("export", "x.yaml", "--format", "")
        assert sorted(ask("run", "p")) == ["pictures", "plan.yaml"]
        assert sorted(ask("run", "x", "--config", "")) == ["pictures", "plan.yaml"]
        assert ask("detect", "--overlay", "p") == ["pictures"]
        assert ask("run", "--square", "") == []
        assert ask("nonsense", "") == []


def check_zsh(script):
    zsh = shutil.which("zsh")
    if zsh:
        output_of(zsh, "-n", script)
    return zsh


def check_fish(script):
    fish = shutil.which("fish")
    if fish:
        def ask(line):
            answer = output_of(fish, "--no-config", "-c", f"source {script}; complete -C '{line}'")
            return [entry.split("\t")[0] for entry in answer.splitlines()]

        assert ask("calib intr") == ["intrinsics"], ask("calib intr")
        assert ask("calib run --from ex") == ["extrinsics"], ask("calib run --from ex")
        assert "--dry-run" in ask("calib detect --"), ask("calib detect --")
    return fish


def main():
    program, share, source = (pathlib.Path(argument) for argument in sys.argv[1:4])
    check_prose(program, source)
    checked = {
        "groff": check_man_pages(program, share / "man/man1"),
        "zsh": check_zsh(share / "zsh/site-functions/_calib"),
        "fish": check_fish(share / "fish/vendor_completions.d/calib.fish"),
    }
    check_bash(program, share / "bash-completion/completions/calib")
    for tool in [name for name, found in checked.items() if not found]:
        print(f"LEFT OUT, not installed: {tool}")


if __name__ == "__main__":
    main()
