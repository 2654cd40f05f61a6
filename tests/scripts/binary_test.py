#!/usr/bin/env python3
"""What the binaries are linked with and hardened by.

usage: binary_test.py PROGRAM CODECS_LIBRARY
"""
import os
import re
import subprocess
import sys
import tempfile

# Which bring 140 libraries along: they are loaded when a file needs them.
ONLY_WHEN_NEEDED = ("opencv_imgcodecs", "opencv_videoio", "gdal", "avcodec")


def output(*command, **more):
    return subprocess.run(command, capture_output=True, text=True, check=True, **more).stdout


def loaded_libraries(program, *arguments, folder=None):
    """What the loader opens while the program runs."""
    log = os.path.join(folder, "loaded")
    environment = dict(os.environ, LD_DEBUG="files", LD_DEBUG_OUTPUT=log)
    output(program, *arguments, env=environment)
    names = [name for name in os.listdir(folder) if name.startswith("loaded.")]
    text = "".join(open(os.path.join(folder, name)).read() for name in names)
    for name in names:
        os.remove(os.path.join(folder, name))
    return set(re.findall(r"file=(\S+) \[0\];  (?:needed|dynamically loaded)", text))


def loads_what_it_needs(program):
    with tempfile.TemporaryDirectory() as folder:
        board = ["--board", "7x4", "--square", "40mm"]
        output(program, "synth", "--cameras", "1", "--frames", "4", "--size", "320x240", "--partial", "0", *board, "-q",
               "-o", os.path.join(folder, "synth"))
        commands = {"--help": ["--help"], "detect": ["detect", os.path.join(folder, "synth"), *board, "-o", "/dev/null"]}
        for name, arguments in commands.items():
            libraries = loaded_libraries(program, *arguments, folder=folder)
            if not any("opencv_core" in library for library in libraries):
                sys.exit(f"calib {name}: the loader's list makes no sense: {sorted(libraries)}")
            early = [library for library in libraries if any(text in library for text in (*ONLY_WHEN_NEEDED, "calib_codecs"))]
            if early:
                sys.exit(f"calib {name} loads {early}")
            print(f"calib {name}: {len(libraries)} libraries")


def is_hardened(binary):
    segments, dynamic = output("readelf", "-lW", binary), output("readelf", "-dW", binary)
    header, symbols = output("readelf", "-hW", binary), output("readelf", "-W", "--dyn-syms", binary)
    wanted = {
        "position independent": re.search(r"Type:\s+DYN", header),
        "relocations read-only": "GNU_RELRO" in segments,
        "bound at the start": re.search(r"BIND_NOW|FLAGS_1.*\bNOW\b", dynamic),
        "no executable stack": re.search(r"GNU_STACK\s.*\sRW\s", segments),
        "stack guards": "__stack_chk_fail" in symbols,
    }
    missing = [name for name, found in wanted.items() if not found]
    if missing:
        sys.exit(f"{binary}: not {', not '.join(missing)}")


def main():
    program, codecs = sys.argv[1:]
    for binary in (program, codecs):
        is_hardened(binary)
    if not re.search(r"__(memcpy|memmove|snprintf|read|pread\w*)_chk", output("readelf", "-W", "--dyn-syms", program)):
        sys.exit(f"{program}: no call has its bounds checked (_FORTIFY_SOURCE)")
    loads_what_it_needs(program)


main()
