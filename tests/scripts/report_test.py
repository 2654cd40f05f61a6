#!/usr/bin/env python3
"""The HTML report in a browser: no error on the console, every section there, a picture that is not empty.

usage: report_test.py PROGRAM BROWSER
"""

import pathlib
import re
import struct
import subprocess
import sys
import tempfile
import zlib

SECTIONS = ["verdict", "cameras", "coverage", "residuals", "views", "uncertainty", "rows", "lengths",
            "rectified", "rig", "rejected", "next", "provenance"]
SIZE = (1280, 6000)
BANDS = 12
CHANNELS = {2: 3, 6: 4}  # PNG's color type: RGB, RGBA


def make_report(program, folder):
    """The report of a small synthetic rig."""
    board = ["--board", "8x5", "--square", "40mm"]
    subprocess.run([program, "synth", "--cameras", "2", "--frames", "10", "--size", "320x240",
                    "--partial", "0", *board, "-o", folder / "synth", "-q"], check=True)
    subprocess.run([program, "run", folder / "synth", *board, "-o", folder / "out", "-q"],
                   check=True)
    return folder / "out" / "report.html"


def browse(browser, folder, page, *arguments):
    """Standard output of the browser, after checking that the page caused no error."""
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr",
               "--v=0", f"--user-data-dir={folder / 'profile'}",
               f"--window-size={SIZE[0]},{SIZE[1]}", *arguments, page.as_uri()]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    console = [line for line in run.stderr.splitlines() if "CONSOLE" in line]
    assert not console, "\n".join(console)
    return run.stdout


def unfilter(kind, line, above, step):
    """One line of a PNG as it was before filtering (PNG specification, 9.2)."""
    for i in range(len(line)):
        left = line[i - step] if i >= step else 0
        up = above[i]
        corner = above[i - step] if i >= step else 0
        if kind == 1:
            guess = left
        elif kind == 2:
            guess = up
        elif kind == 3:
            guess = (left + up) // 2
        elif kind == 4:
            guess = min((left, up, corner), key=lambda v: abs(left + up - corner - v))
        else:
            guess = 0
        line[i] = (line[i] + guess) & 255
    return line


def read_png(path):
    """Lines of pixels of an 8-bit PNG that is not interlaced."""
    data = path.read_bytes()
    width, height, depth, color, _, _, interlaced = struct.unpack(">IIBBBBB", data[16:29])
    assert depth == 8 and color in CHANNELS and not interlaced
    packed, at = b"", 8
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        if kind == b"IDAT":
            packed += data[at + 8:at + 8 + size]
        at += size + 12
    raw = zlib.decompress(packed)
    step = CHANNELS[color]
    above = bytearray(width * step)
    for y in range(height):
        begin = y * (width * step + 1)
        line = bytearray(raw[begin + 1:begin + 1 + width * step])
        above = unfilter(raw[begin], line, above, step)
        yield [bytes(above[x:x + 3]) for x in range(0, width * step, step)]


def check_picture(path):
    """Text and drawings give many colors everywhere down to where the page ends."""
    lines = list(read_png(path))
    band = len(lines) // BANDS
    colors = [len({pixel for line in lines[i * band:(i + 1) * band] for pixel in line})
               for i in range(BANDS)]
    print("colors in each band:", colors)
    filled = [i for i, count in enumerate(colors) if count > 1]
    assert filled[-1] >= BANDS // 2, "the page is shorter than its sections"
    assert all(colors[i] > 30 for i in range(filled[-1])), "a band of the page is empty"


def check_scrubber(browser, folder, page):
    """Moving the slider to the last frame, then choosing the last camera, shows that view."""
    before = browse(browser, folder, page, "--dump-dom")
    assert "Picture: cam0/0000.png" in before, "the first view is not shown"
    move = """<script>{
      const slider = document.querySelector("#one-view input");
      slider.value = slider.max;
      slider.dispatchEvent(new Event("input"));
      const key = new KeyboardEvent("keydown", {key: "ArrowDown", cancelable: true});
      slider.dispatchEvent(key);
    }</script></body>"""
    moved = folder / "moved.html"
    moved.write_text(page.read_text().replace("</body>", move))
    after = browse(browser, folder, moved, "--dump-dom")
    assert "Picture: cam1/0009.png" in after, "the slider or the arrow key did not choose the view"
    assert re.search(r"<output>frame 9", after) and 'class="arrows"' in after
    assert re.search(r"RMS 0\.\d+ px over \d+ corners", after)


def main():
    program, browser = pathlib.Path(sys.argv[1]), sys.argv[2]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = pathlib.Path(name)
        page = make_report(program, folder)
        dom = browse(browser, folder, page, "--dump-dom")
        found = re.findall(r'<section id="(\w+)"', dom)
        assert found == SECTIONS, found
        assert 'class="turns"' in dom, "the script did not run to its end"
        check_scrubber(browser, folder, page)
        picture = folder / "page.png"
        browse(browser, folder, page, f"--screenshot={picture}")
        check_picture(picture)


if __name__ == "__main__":
    main()
