#!/usr/bin/env python3
"""Checks the include order of lib/, app/ and python/ with the tables below. Runs as the test "layers".

Usage: check_layers.py [ROOT]      prints FILE:LINE and the rule for each violation; exit 1 if any
"""

import pathlib
import re
import sys

# A folder may include headers of itself and of the rows above its own.
LAYERS = [
    ["base"],
    ["geometry", "camera"],
    ["scene"],
    ["image", "corner", "solve", "rectify"],
    ["target", "synth", "evaluate", "measure"],
    ["design"],
    ["io", "report"],
    ["pipeline"],
    ["app", "python", "calib.hpp"],  # the last is a file of lib/ itself
]

# Folders of one row must not include each other, with these exceptions (who includes whom).
SIBLINGS = [
    ("synth", "target"),  # draws boards
]

# Library, pattern of its headers, folders whose headers may include it, other folders whose .cpp files may include it.
LIBRARIES = [
    ("OpenCV", r"opencv2/", ["image", "corner", "target", "rectify", "synth", "python"],
     ["solve", "io", "pipeline"]),
    ("Ceres", r"ceres/", [], []),
    ("yaml-cpp", r"yaml-cpp/", [], ["io"]),
    ("CLI11", r"CLI/", ["app"], []),
    ("spdlog", r"spdlog/", ["app"], []),
    ("nlohmann-json", r"nlohmann/", ["report", "pipeline", "app"], ["io"]),
    ("Mustache", r"kainjow/", [], ["report"]),
    ("oneTBB", r"(oneapi/|tbb/)", [], ["base"]),
    ("xxHash", r"xxhash", [], ["base"]),
    ("pybind11", r"pybind11/", ["python"], []),
]

# Only these folders may print or log. Functions of the others return what happened.
MAY_PRINT = ["pipeline", "app"]
PRINTS = re.compile(r"\bstd::(cout|cerr|clog)\b|\bfmt::print\b|(?<![\w:])(?:std::)?f?printf\s*\(")

# Only base/ may write files (write_file, StagedFolder), so that every file is complete or absent.
MAY_WRITE = ["base"]
WRITES = re.compile(r"\bo?fstream\b(?!>)|\bfopen\s*\(|\bimwrite\s*\(|\bO_(CREAT|WRONLY|TRUNC)\b")

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
ROW = {folder: row for row, folders in enumerate(LAYERS) for folder in folders}


def may_include(folder, other):
    return other == folder or ROW[other] < ROW[folder] or (folder, other) in SIBLINGS


def include_violation(folder, is_header, quoted, name):
    """The reason why `folder` must not include `name`, or None."""
    if quoted:
        other = name.split("/")[0]
        if "/" not in name or other not in ROW:
            return f'"{name}" is not named by its folder, as in "base/errors.hpp"'
        if not may_include(folder, other):
            return f"{folder} must not include {other}, which is in the same row or below it"
        return None
    for library, headers, shown_by, used_by in LIBRARIES:
        if not re.match(headers, name) or folder in shown_by:
            continue
        if folder not in used_by:
            return f"{folder} must not use {library}"
        if is_header:
            return f"the headers of {folder} must not use {library}"
    return None


def without_comment(line):
    return re.sub(r"//.*", "", line)


def violations(path, folder):
    is_header = path.suffix == ".hpp"
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        include = INCLUDE.match(line)
        if include:
            reason = include_violation(folder, is_header, include[1] == '"', include[2])
            if reason:
                yield number, reason
        elif folder not in MAY_PRINT and PRINTS.search(without_comment(line)):
            yield number, f"{folder} must not print: return what happened"
        elif folder not in MAY_WRITE and WRITES.search(without_comment(line)):
            yield number, f"{folder} must not write files itself: use write_file() of base/files.hpp, which never leaves an incomplete file"


def sources(root):
    """Every source file with its folder in the tables."""
    for top in ("lib", "app", "python"):
        for path in sorted(root.glob(f"{top}/**/*.[ch]pp")):
            parts = path.relative_to(root).parts
            yield path, parts[1] if top == "lib" else top


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)
    files = found = 0
    for path, folder in sources(root):
        files += 1
        place = path.relative_to(root)
        if folder not in ROW:
            print(f"{place}:1: the folder '{folder}' is missing in scripts/check_layers.py")
            found += 1
            continue
        for number, reason in violations(path, folder):
            print(f"{place}:{number}: {reason}")
            found += 1
    if files == 0:
        sys.exit(f"{root}: no sources in lib/, app/ or python/")
    if found:
        sys.stdout.flush()
        sys.exit(f"{found} violations in {files} files")
    print(f"{files} files keep the include order")


if __name__ == "__main__":
    main()
