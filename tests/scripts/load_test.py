#!/usr/bin/env python3
"""Many images through `calib detect`: memory and open files do not grow with their number.

usage: load_test.py PROGRAM [FEW MANY]      how many images the small and the large run see (500 and 3000)

With --overlay too, which keeps what its contact sheets show: a hundred pictures a camera.
"""
import os
import pathlib
import subprocess
import sys
import tempfile
import time

GROWTH = 1.10  # of the largest resident memory
WITH_OVERLAYS = (400, 600)


def link_images(sources, folder, count):
    """`count` links to the source images, shared between two cameras."""
    for camera in ("cam0", "cam1"):
        (folder / camera).mkdir(parents=True)
    for i in range(count):
        camera = folder / f"cam{i % 2}"
        (camera / f"{i // 2:06}.png").symlink_to(sources[i % len(sources)])


def most_open_files(pid):
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except OSError:
        return 0  # it has just ended


def detect(program, folder, count, *more):
    start = time.monotonic()
    process = subprocess.Popen([program, "detect", folder, "--board", "7x4", "--square", "40mm", "-j2", "-q",
                                "-o", folder / "observations.yaml", "--force", *more])
    files = 0
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            break
        files = max(files, most_open_files(process.pid))
        time.sleep(0.01)
    seconds = time.monotonic() - start
    if status != 0:
        sys.exit(f"detect of {count} images ended with status {status}")
    views = (folder / "observations.yaml").read_text().count("- camera:")
    if views < count * 0.9:
        sys.exit(f"only {views} boards in {count} images: too few to tell anything")
    print(f"{count} images{' with overlays' if more else ''}: {seconds:.2f} s, {1e3 * seconds / count:.2f} ms each, {usage.ru_maxrss / 1024:.1f} MB, "
          f"at most {files} open files")
    return usage.ru_maxrss, files


def main():
    program = os.path.abspath(sys.argv[1])
    few, many = map(int, sys.argv[2:4]) if len(sys.argv) > 2 else (500, 3000)
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        subprocess.run([program, "synth", "--cameras", "2", "--frames", "20", "--size", "1024x768", "--partial", "0",
                        "--board", "7x4", "--square", "40mm", "-o", folder / "synth", "-q"], check=True)
        sources = sorted((folder / "synth").rglob("*.png"))
        for count in (few, many, *WITH_OVERLAYS):
            link_images(sources, folder / str(count), count)
        require_flat([detect(program, folder / str(count), count) for count in (few, many)])
        require_flat([detect(program, folder / str(count), count, "--overlay", folder / f"overlay{count}")
                      for count in WITH_OVERLAYS])


def require_flat(results):
    (small, few_files), (large, many_files) = results
    if large > GROWTH * small:
        sys.exit(f"memory grew from {small} to {large} kB")
    if many_files > few_files + 2:
        sys.exit(f"open files grew from {few_files} to {many_files}")


main()
