#!/usr/bin/env python3
"""Measures corners of boards whose squares do not touch: prints with gaps, overexposed and sharpened pictures, motion.

usage: spread_squares.py CALIB FOLDER      (needs OpenCV for Python)

Draws boards without noise by `calib synth`, changes the pictures, adds noise of two gray levels, and compares what
`calib detect` finds with the truth. None of the changes moves a corner.
"""
import pathlib
import subprocess
import sys

import cv2
import numpy as np

FINER = 4
BOARD = ["--board", "11x8", "--square", "30mm"]


def gap(picture, pixels):
    """Lets dark squares shrink by that many pixels on each side."""
    side = int(round(2 * FINER * pixels)) + 1
    fine = cv2.resize(picture, None, fx=FINER, fy=FINER, interpolation=cv2.INTER_CUBIC)
    fine = cv2.dilate(fine, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)))
    return cv2.resize(fine, None, fx=1 / FINER, fy=1 / FINER, interpolation=cv2.INTER_AREA)


def bloom(picture, gain):
    """Light that spreads before the sensor saturates, with a gamma of 2.2."""
    light = cv2.GaussianBlur((picture / 255.0) ** 2.2, (0, 0), 1.5)
    return 255 * np.minimum(1, gain * light) ** (1 / 2.2)


def glow(picture):
    """The wide halo of a screen."""
    light = picture.astype(np.float32)
    return np.minimum(255, light + 0.8 * cv2.GaussianBlur(np.maximum(0, light - 100), (0, 0), 6))


def sharpen(picture, amount, radius):
    light = picture.astype(np.float32)
    return light + amount * (light - cv2.GaussianBlur(light, (0, 0), radius))


def move(picture, pixels):
    kernel = np.zeros((31, 31), np.float32)
    for t in np.linspace(-pixels / 2, pixels / 2, 200):
        kernel[15 + round(t * 0.5), 15 + round(t * 0.87)] += 1 / 200
    return cv2.filter2D(picture, -1, kernel)


def clip(picture, gain):
    return np.clip(picture * gain, 0, 255).astype(np.uint8)


KINDS = {
    "gap of 1 px": lambda p: gap(p, 1),
    "gap of 2 px": lambda p: gap(p, 2),
    "gap of 3 px": lambda p: gap(p, 3),
    "dark squares overlap by 1.5 px": lambda p: 255 - gap(255 - p, 1.5),
    "blooming, 3 times overexposed": lambda p: bloom(p, 3),
    "blooming, 10 times overexposed": lambda p: bloom(p, 10),
    "glowing screen": glow,
    "sharpened": lambda p: sharpen(p, 1.5, 1.5),
    "gap of 1.5 px, sharpened": lambda p: sharpen(gap(p, 1.5), 2, 1.5),
    "gap of 1.5 px, saturated, sharpened": lambda p: sharpen(clip(gap(p, 1.5), 1.6), 2, 1),
    "motion of 8 px": lambda p: move(p, 8),
    "gap of 1.5 px, motion of 8 px": lambda p: move(gap(p, 1.5), 8),
}


def main():
    calib, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    accuracy = pathlib.Path(__file__).with_name("corner_accuracy.py")
    base = folder / "base"
    subprocess.run([calib, "synth", *BOARD, "--frames", "10", "--cameras", "2", "--partial", "0.13", "--seed", "77",
                    "--noise", "0", "-o", base, "--force", "-q"], check=True)
    random = np.random.default_rng(5)
    for name, change in KINDS.items():
        drawn = folder / name.replace(" ", "_")
        for path in sorted(base.glob("cam*/*.png")):
            picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
            noisy = change(picture) + random.normal(0, 2, picture.shape)
            target = drawn / path.relative_to(base)
            target.parent.mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(target), np.clip(np.rint(noisy), 0, 255).astype(np.uint8))
        found = folder / "found.yaml"
        subprocess.run([calib, "detect", drawn, *BOARD, "-o", found, "--force", "-q"], check=False)
        text = subprocess.run([sys.executable, accuracy, found, base / "observations.yaml"], capture_output=True,
                              text=True, check=False).stdout
        print(f"{name}: {'; '.join(text.split(chr(10))).strip('; ')}")


if __name__ == "__main__":
    main()
