#!/usr/bin/env python3
"""Reads README.md and docs/ as a reader would: runs every command and program, follows every link.

usage: docs_test.py PROGRAM SOURCE_FOLDER CXX_COMPILER [FOLDER_OF_THE_PYTHON_MODULE]

Each page has a folder of its own, in which its blocks run from top to bottom:
  sh           runs in a shell.
  python       runs; on python.md after the blocks above it, as one program.
  cpp          is compiled and runs, except on cpp-library.md, whose programs the test `install` builds.
  yaml         of a CI system: the commands of calib run, with recordings and a reference that are there.
  text output  is what the program above prints.
  text, cmake  does not run, and holds no command of calib.
A page that says that it starts from the files of the tutorial gets a copy of them. Without the folder of the module,
python.md does not run.
"""
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from messages import is_known, message_texts

TUTORIAL, PYTHON_PAGE = "docs/tutorial.md", "docs/python.md"
STARTS_FROM_TUTORIAL = re.compile(r"start(?:s)?\s+from\s+the\s+files\s+of\s+the\s+\[tutorial\]")
MOST_README_LINES, MOST_COLUMNS = 130, 120
# Flags in the text that are those of other programs.
FLAGS_OF_OTHERS = {"--install", "--prefix"}


class Failure(Exception):
    pass


def require(condition, message):
    if not condition:
        raise Failure(message)


# ---- what a page holds


def blocks_of(text):
    """(info string, content) of every fenced block."""
    found = re.findall(r"^( *)```([^\n]*)\n(.*?)^\1```", text, re.S | re.M)
    return [(info, re.sub(rf"^{indent}", "", content, flags=re.M)) for indent, info, content in found]


def prose_of(text):
    """The page without its fenced blocks."""
    return re.sub(r"^( *)```.*?^\1```", "", text, flags=re.S | re.M)


def inline_code(text):
    return [" ".join(code.split()) for code in re.findall(r"`([^`]+)`", prose_of(text))]


# ---- running a page


def run(command, folder, environment, text=""):
    done = subprocess.run(command, cwd=folder, env=environment, input=text, capture_output=True, text=True)
    require(done.returncode == 0, f"$ {command}\nexit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def python_with_opencv():
    """Debian's python3-opencv belongs to Debian's own Python."""
    for python in (sys.executable, "/usr/bin/python3"):
        if subprocess.run([python, "-c", "import cv2"], capture_output=True).returncode == 0:
            return python
    raise Failure("the pages' Python needs the package python3-opencv")


COMPARE_MAPS = """
import cv2, numpy as np
expected = cv2.imread("rectified/a_b/a/000000.png").astype(int)
for name in ("from_npy.png", "from_yaml.png", "from_cpp.png"):
    difference = np.abs(cv2.imread(name).astype(int) - expected)
    # Maps in floats and in thirty-seconds of a pixel differ by a level or two at edges.
    assert difference.max() <= 8 and difference.mean() < 0.05, (name, difference.max(), difference.mean())
assert cv2.imread("from_exr.png").std() > 20
"""
MOST_SHOTS = 10
# Videos in place of webcams: each shot takes five frames.
WEBCAM_VIDEOS = f"""
calib synth --board 9x6 --square 25mm --cameras 4 --frames {5 * MOST_SHOTS} --size 320x240 -o drawn
calib undistort drawn/truth.yaml --images drawn --maps none --format avi -o videos
"""


class Page:
    def __init__(self, source, name, folder, environment, compiler):
        self.source, self.name, self.folder = source, name, folder
        self.environment, self.compiler = environment, compiler
        self.text = (source / name).read_text()
        self.printed = ""
        self.session = ""  # the Python blocks of python.md so far
        self.commands = 0

    def run(self):
        for name in ("data", "configs"):
            if not (self.folder / name).exists():
                (self.folder / name).symlink_to(self.source / name)
        if self.name == "docs/webcams.md":
            self.sh(WEBCAM_VIDEOS)
        for info, content in blocks_of(self.text):
            try:
                self.run_block(info, content)
            except Failure as failure:
                raise Failure(f"{self.name}: {failure}") from None
        if self.name == "docs/rectification.md":
            run([python_with_opencv(), "-c", COMPARE_MAPS], self.folder, self.environment)
        return self.commands

    def run_block(self, info, content):
        if info == "sh":
            self.sh(content)
        elif info == "python":
            self.python(content)
        elif info == "cpp" and self.name == "docs/cpp-library.md":
            pass
        elif info == "cpp":
            self.cpp(content)
        elif info == "yaml":
            self.ci(content)
        elif info == "text output":
            require(content.strip() == self.printed.strip(), f"expected\n{content}\nfound\n{self.printed}")
        else:
            require(info in ("text", "cmake"), f"a block marked '{info}', expected one of\n{__doc__}")
            hidden = re.findall(r"^\W*(calib .*)", content, re.M)
            require(not hidden, f"commands in a block that does not run: {hidden}")

    def sh(self, content):
        self.printed = run(["bash", "-euo", "pipefail", "-c", content], self.folder, self.environment)
        self.commands += len(re.findall(r"^calib ", content, re.M))

    def python(self, content):
        keys = ""
        if self.name == "docs/webcams.md":
            devices = "for number in (0, 1, 2, 3)"
            require(devices in content, f"its script should open the cameras {devices}")
            videos = [f"videos/cam{number}/cam{number}.avi" for number in range(4)]
            content = content.replace(devices, f"for number in {videos}")
            keys = "\n" * MOST_SHOTS + "q\n"
        if self.name == PYTHON_PAGE:
            # What the blocks before have printed is not repeated.
            content, self.session = self.session + f"print('\\f')\n{content}", self.session + content
        self.printed = run([python_with_opencv(), "-c", content], self.folder, self.environment, keys).split("\f\n")[-1]

    def cpp(self, content):
        (self.folder / "program.cpp").write_text(content)
        libraries = [f"-lopencv_{name}" for name in ("imgcodecs", "imgproc", "core")]
        run([self.compiler, "program.cpp", "-o", "program", "-I/usr/include/opencv4", *libraries], self.folder,
            self.environment)
        self.printed = run(["./program"], self.folder, self.environment)

    def ci(self, content):
        found = re.findall(r"- (?:run: )?(calib .*)", content)
        require(found, "a yaml block without a command of calib: mark it as text")
        self.sh("\n".join(found).replace("recordings/today", "data/demo").replace("reference.yaml", "out/calibration.yaml"))


def run_pages(source, pages, program, compiler, modules, work):
    """The tutorial, then the pages that start from its files; the others meanwhile."""
    environment = dict(os.environ, PATH=f"{program.parent}:{os.environ['PATH']}", PYTHONDONTWRITEBYTECODE="1", PYTHONPATH=modules)
    made = {}

    def run_page(name):
        folder = work / name.replace("/", "_")
        page = Page(source, name, folder, environment, compiler)
        if STARTS_FROM_TUTORIAL.search(page.text):
            made[TUTORIAL].result()
            # calib replaces files and never writes into them, so that links are as good as copies.
            shutil.copytree(work / TUTORIAL.replace("/", "_"), folder, symlinks=True, copy_function=os.link)
        else:
            folder.mkdir()
        return page.run()

    order = [TUTORIAL] + sorted(set(pages) - {TUTORIAL},
                                key=lambda name: bool(STARTS_FROM_TUTORIAL.search((source / name).read_text())))
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for name in order:
            made[name] = pool.submit(run_page, name)
    for name in order:
        print(f"{name}: {made[name].result()} commands ran")


# ---- what a page says


def anchor_of(heading):
    """As GitHub makes it."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


def check_links(path, text):
    for target in re.findall(r"\]\(([^)\s]+)\)", prose_of(text)):
        if re.match(r"\w+:", target):
            continue
        file, _, anchor = target.partition("#")
        linked = (path.parent / file).resolve() if file else path
        require(linked.exists(), f"{path}: links to {target}, which is not there")
        if anchor:
            headings = re.findall(r"^#+ (.*)", prose_of(linked.read_text()), re.M)
            require(anchor in map(anchor_of, headings), f"{path}: links to {target}, where there is no such heading")


def check_form(name, text):
    lines = text.splitlines()
    require(name != "README.md" or len(lines) <= MOST_README_LINES, f"{name} has {len(lines)} lines")
    for line in prose_of(text).splitlines():
        is_free = line.startswith(("|", "!"))
        require(is_free or len(line) <= MOST_COLUMNS, f"{name}: a line of {len(line)} characters: {line}")


def flags_by_command(program):
    def help_of(*words):
        return subprocess.run([program, *words, "--help"], capture_output=True, text=True, check=True).stdout

    commands = re.findall(r"^  ([\w-]+) ", help_of().split("Subcommands:\n")[1], re.M)
    return {command: set(re.findall(r"--[\w-]+", help_of(command))) for command in commands}


def check_flags(name, text, flags):
    """Commands and flags that the text names are there."""
    for code in inline_code(text):
        words = code.split()
        known = FLAGS_OF_OTHERS.union(*flags.values())
        if words[0] == "calib" and len(words) > 1 and not words[1].startswith("-") and words[1] != "COMMAND":
            require(words[1] in flags, f"{name}: `{code}`: there is no command {words[1]}")
            known = flags[words[1]]
        used = {word.partition("=")[0] for word in words if word.startswith("--")}
        if words[0] in ("calib", "man") or words[0].startswith("--"):
            require(used <= known, f"{name}: `{code}`: there is no flag {' '.join(used - known)}")


def check_messages(source):
    """The messages that troubleshooting.md explains are those of the program."""
    texts = message_texts(source)
    items = re.findall(r"^- (\*.*?)(?:: |\n)", (source / "docs/troubleshooting.md").read_text(), re.M | re.S)
    found = [" ".join(message.split()) for item in items for message in re.findall(r"\*([^*]+)\*", item)]
    require(len(found) > 20, f"docs/troubleshooting.md: expected messages in *stars*, found {found}")
    unknown = [message for message in found if not is_known(message, texts)]
    require(not unknown, f"docs/troubleshooting.md: the program has no such messages: {unknown}")


def check_texts(source, pages, program):
    flags = flags_by_command(program)
    for name in pages:
        text = (source / name).read_text()
        check_form(name, text)
        check_flags(name, text, flags)
        if name.startswith("docs/") and name != "docs/README.md":
            index = (source / "docs/README.md").read_text()
            require(f"({name.removeprefix('docs/')})" in index, f"docs/README.md does not link to {name}")
    skipped = {"build", "out", ".git"}
    for path in sorted(source.rglob("*.md")):
        if not skipped & set(path.relative_to(source).parts):
            check_links(path, path.read_text())
    check_messages(source)


def main():
    program, source, compiler = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve(), sys.argv[3]
    modules = sys.argv[4] if len(sys.argv) > 4 else ""
    pages = ["README.md"] + [f"docs/{path.name}" for path in sorted((source / "docs").glob("*.md"))]
    try:
        check_texts(source, pages, program)
        with tempfile.TemporaryDirectory() as work:
            run_pages(source, [page for page in pages if modules or page != PYTHON_PAGE], program, compiler, modules,
                      pathlib.Path(work))
    except Failure as failure:
        sys.exit(str(failure))


if __name__ == "__main__":
    main()
