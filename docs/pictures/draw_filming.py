#!/usr/bin/env python3
"""Draws the pictures of docs/filming.md with `calib synth` and `calib detect --overlay`.

usage: draw_filming.py PROGRAM FOLDER      needs python3-opencv; writes filming_*.jpg into FOLDER
"""
import json
import math
import pathlib
import subprocess
import sys
import tempfile

import cv2
import numpy as np

BOARD = ["--board", "9x6", "--square", "25mm"]
CENTER = np.array([4, 2.5, 0]) * 0.025  # of the board, in its own frame


def calib(program, *words):
    subprocess.run([program, *map(str, words), "-q"], check=True)


def recording(program, folder, frames, *flags, size="320x240"):
    """The pictures of one camera."""
    calib(program, "synth", *BOARD, "--cameras", 1, "--frames", frames, "--size", size, "--fov-deg", 70, "--seed", 3,
          *flags, "-o", folder)
    return sorted((folder / "cam0").iterdir())


def sheet(program, folder, pictures):
    """The sheet of all pictures with the corners that calib finds."""
    (folder / "set/cam0").mkdir(parents=True)
    for number, picture in enumerate(pictures):
        (folder / f"set/cam0/{number:02}.png").write_bytes(picture.read_bytes())
    calib(program, "detect", folder / "set", *BOARD, "-o", folder / "seen.yaml", "--overlay", folder / "found")
    return cv2.imread(str(folder / "found/cam0.jpg"))


def views_from_the_front(program, folder):
    """The frames of a recording in which the board is hardly tilted, and near the middle of the picture."""
    calib(program, "export", folder / "truth.yaml", "--format", "json", "-o", folder / "truth.json")
    chosen = []
    for frame, entry in json.loads((folder / "truth.json").read_text())["frames"].items():
        T = np.array(entry["T_rig_board"])
        center = T[:3, :3] @ CENTER + T[:3, 3]
        tilt_deg = math.degrees(math.acos(abs(T[2, 2])))
        off_axis_deg = math.degrees(math.atan2(np.hypot(*center[:2]), center[2]))
        if tilt_deg < 12 and off_axis_deg < 12:
            chosen.append(folder / "cam0" / f"{int(frame):04}.png")
    return chosen


def far_away(picture, times=5):
    """The picture as if the board were so many times farther away, in front of the same ground."""
    small = cv2.resize(picture, None, fx=1 / times, fy=1 / times, interpolation=cv2.INTER_AREA)
    far = np.full_like(picture, np.median(picture[[0, -1]], axis=(0, 1)).astype(np.uint8))
    top, left = (far.shape[0] - small.shape[0]) // 2, (far.shape[1] - small.shape[1]) // 2
    far[top:top + small.shape[0], left:left + small.shape[1]] = small
    return far


def captioned(picture, text, size=(320, 240)):
    picture = cv2.resize(picture, size, interpolation=cv2.INTER_NEAREST)
    strip = np.full((26, size[0], 3), 255, np.uint8)
    cv2.putText(strip, text, (6, 18), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (0, 0, 0), 1, cv2.LINE_AA)
    return np.vstack([strip, picture])


def write(path, picture, width=800):
    height = round(picture.shape[0] * width / picture.shape[1])
    small = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
    cv2.imwrite(str(path), small, [cv2.IMWRITE_JPEG_QUALITY, 50])


def main():
    program, output = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        good = recording(program, folder / "good", 20, "--partial", 0.1)
        write(output / "filming_good.jpg", sheet(program, folder / "good_sheet", good))
        recording(program, folder / "many", 200)
        flat = views_from_the_front(program, folder / "many")[:9]
        write(output / "filming_flat.jpg", sheet(program, folder / "flat_sheet", flat))
        def shot(name, *flags):
            return cv2.imread(str(recording(program, folder / name, 1, *flags)[0]))

        shots = [("out of focus, or moved", shot("blurred", "--blur-px", 5)),
                 ("too dark: noise", shot("noisy", "--noise", 60)),
                 ("too far: few pixels a square", far_away(shot("far")))]
        write(output / "filming_bad_shots.jpg", np.hstack([captioned(picture, text) for text, picture in shots]))


if __name__ == "__main__":
    main()
