#!/usr/bin/env python3
"""Compares the forecast of `calib design` with what `calib run` states of rendered pictures.

usage: design_pictures.py CALIB

The forecast is told the noise of the corners that `calib detect` finds in the pictures, and nothing else of them. Its boards are
its own, since nobody knows before the filming where boards will be.
"""

import json
import math
import pathlib
import re
import subprocess
import sys
import tempfile

RIG = ["--cameras", "4", "--board", "11x8", "--square", "30mm"]
SHOTS = 40


def corners_of(path):
    """The corners of observations.yaml: (image, id) -> (x, y)."""
    found, image = {}, None
    for line in path.read_text().splitlines():
        if match := re.match(r"\s+image: \"?([^\"]+)\"?$", line):
            image = match[1]
        elif match := re.match(r"\s+(\d+) (-?[\d.]+) (-?[\d.]+)( [\d.]+)?$", line):
            found[image, int(match[1])] = float(match[2]), float(match[3])
    return found


def noise_of(found, truth):
    """The median absolute error of a coordinate as a standard deviation, which a few bad corners do not change."""
    errors = sorted(abs(a - b) for key in found.keys() & truth.keys() for a, b in zip(found[key], truth[key]))
    return 1.4826 * errors[len(errors) // 2]


def stds_of(calibration):
    """The standard deviations of a calibration as JSON: (camera, name) -> value."""
    result = {}
    for name, camera in calibration["cameras"].items():
        for parameter in ("fx", "fy", "cx", "cy"):
            result[name, parameter] = camera["std"][parameter]
        if "centre_m" in camera["std"]:
            result[name, "place"] = math.hypot(*camera["std"]["centre_m"])
            result[name, "turn"] = math.hypot(*camera["std"]["rotation_rad"])
    return result


def main():
    calib = sys.argv[1]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)

        def run(*arguments):
            return subprocess.run([calib, *arguments], check=True, capture_output=True, text=True, cwd=folder).stdout

        run("synth", *RIG, "--frames", str(SHOTS), "--partial", "0", "-o", "pictures")
        run("run", "pictures", *RIG[2:], "-o", "out", "-q", "--exact-board")
        noise = noise_of(corners_of(folder / "out/observations.yaml"), corners_of(folder / "pictures/observations.yaml"))
        run("export", "out/calibration.yaml", "--format", "json", "-o", "stated.json")
        stated = stds_of(json.loads((folder / "stated.json").read_text()))
        forecast = json.loads(run("design", *RIG, "--shots", str(SHOTS), "--noise", f"{noise:.6f}px", "--no-changes",
                                  "--exact-board", "--json"))
        print(f"{SHOTS} pictures of each of four cameras, corner noise {noise:.4f} px: stated by `calib run` over forecast")
        ratios = {}
        for (camera, quantity), value in stated.items():
            planned = forecast["cameras"][camera]
            if quantity in ("place", "turn"):
                predicted = math.hypot(*planned["pose_std"]["center_m" if quantity == "place" else "rotation_rad"])
            else:
                predicted = planned["lens_std"][quantity]
            ratios.setdefault(quantity, []).append(value / predicted)
        for quantity, values in ratios.items():
            print(f"  {quantity}: {math.sqrt(sum(value * value for value in values) / len(values)):.2f}")


if __name__ == "__main__":
    main()
