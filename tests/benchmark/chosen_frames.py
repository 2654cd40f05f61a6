#!/usr/bin/env python3
"""Compares what a rig gets from frames that `calib choose` takes, from every Nth frame, and from all.

Usage: chosen_frames.py CALIB RECORDING [SEEDS [FRAMES]]

RECORDING is a folder of `calib synth --motion smooth`: its true corners get noise. Prints the RMS over all seeds and
cameras of the error of the projection (px), of the camera centers (mm) and of their rotations (mdeg), and how many of
its stated standard deviations the worst number of a camera is off on average.
"""
import json
import math
import pathlib
import subprocess
import sys
import tempfile

import numpy

NOISE_PX = 0.1
LOOKS = 300  # frames of the recording that are looked at


def run(*arguments):
    done = subprocess.run([str(a) for a in arguments], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, arguments))}: {done.stderr}")
    return done.stdout


def with_noise(text, seed):
    """The observations with noise on each corner: lines of `id x y` become `id x+dx y+dy sigma`."""
    random = numpy.random.default_rng(seed)
    lines = []
    for line in text.splitlines():
        words = line.split()
        if line.startswith("      ") and len(words) >= 3 and words[0].isdigit():
            dx, dy = random.normal(0, NOISE_PX, 2)
            line = f"      {words[0]} {float(words[1]) + dx:.5f} {float(words[2]) + dy:.5f} {NOISE_PX}"
        lines.append(line)
    return "\n".join(lines) + "\n"


def every_nth(text, frames):
    """The views of evenly spread frames."""
    head, views = text.split("views:\n", 1)
    views, tail = views.split("missing:", 1)
    parts = ["  - camera:" + part for part in views.split("  - camera:")[1:]]
    numbers = sorted({int(part.split("frame: ")[1].split("\n")[0]) for part in parts})
    kept = {numbers[i * len(numbers) // frames] for i in range(frames)}
    return head + "views:\n" + "".join(
        part for part in parts if int(part.split("frame: ")[1].split("\n")[0]) in kept) + "missing:" + tail


def errors(calib, folder, observations, truth):
    run(calib, "intrinsics", observations, "-o", folder / "lenses.yaml", "--force", "-q")
    run(calib, "extrinsics", observations, "--calibration", folder / "lenses.yaml", "-o", folder / "rig.yaml",
        "--force", "-q")
    cameras = json.loads(run(calib, "compare", folder / "rig.yaml", truth, "--json"))
    return [[c["projection_px"]["rms"], 1e3 * c["centre_m"], 1e3 * math.degrees(c["rotation_rad"]), c["worst_sigmas"]]
            for c in cameras.values() if isinstance(c, dict) and "worst_sigmas" in c]


def main():
    calib, recording = sys.argv[1], pathlib.Path(sys.argv[2])
    seeds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    frames = int(sys.argv[4]) if len(sys.argv) > 4 else 40
    text = every_nth((recording / "observations.yaml").read_text(), LOOKS)
    found = {"all": [], "every Nth": [], "chosen": []}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for seed in range(seeds):
            noisy = with_noise(text, seed)
            (folder / "all.yaml").write_text(noisy)
            (folder / "every.yaml").write_text(every_nth(noisy, frames))
            run(calib, "choose", folder / "all.yaml", "--max-frames", frames, "-o", folder / "chosen.yaml", "--force",
                "-q")
            for what, file in (("all", "all.yaml"), ("every Nth", "every.yaml"), ("chosen", "chosen.yaml")):
                found[what] += errors(calib, folder, folder / file, recording / "truth.yaml")
    print("frames      projection px  center mm  rotation mdeg  worst number in sigmas")
    for what, rows in found.items():
        rms = numpy.sqrt(numpy.mean(numpy.square(rows), axis=0))
        print(f"{what:10}  {rms[0]:13.4f}  {rms[1]:9.4f}  {rms[2]:13.3f}  {numpy.mean(rows, axis=0)[3]:22.2f}")


main()
