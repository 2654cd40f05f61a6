#!/usr/bin/env python3
"""How well are rigs solved from walls and cubes of tags, and from panels with a print on both faces?

usage: boards_in_space.py CALIB [SEEDS]

For every seed, `calib synth` draws the pictures of a rig and its truth, and `calib run` solves it. Nothing says that
the panel has two faces.
"""
import json
import math
import pathlib
import statistics
import subprocess
import sys
import tempfile

import yaml

TAGS = ["--board-type", "tag", "--marker", "80mm"]
PANEL = ["--board", "9x6", "--square", "60mm"]
RING = ["--arrangement", "ring", "--cameras", "4", "--baseline", "1.2m"]
# What is told to synth and to run; what is told to synth alone.
KINDS = {
    "wall of 9 tags, 3 cameras": (TAGS + ["--ids", "0-8"], ["--boards-on", "wall", "--cameras", "3", "--frames", "20"]),
    "cube of 6 tags, ring of 4": (TAGS + ["--ids", "0-5"], ["--boards-on", "cube", "--frames", "40"] + RING),
    "panel, both faces 9x6, ring of 4": (PANEL, ["--back", "same", "--thickness", "5mm", "--frames", "30"] + RING),
}


def calib(program, *words):
    done = subprocess.run([program, *map(str, words)], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, words))}: {done.stderr.strip()}")
    return done.stdout


def corners_of(file):
    """{(camera, frame, corner): numbers of its line}."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found = {}
    for view in yaml.load(file.read_text(), Loader=loader)["views"]:
        for line in view["corners"].strip().splitlines():
            number, *values = line.split()
            found[view["camera"], view["frame"], int(number)] = [float(value) for value in values]
    return found


def corner_errors(found, truth):
    """RMS in pixels and in stated standard deviations, of x and of y."""
    px, sigmas = [], []
    for key, (x, y, sigma) in found.items():
        if key not in truth:
            continue
        square = ((x - truth[key][0]) ** 2 + (y - truth[key][1]) ** 2) / 2
        px.append(square)
        sigmas.append(square / sigma ** 2)
    return math.sqrt(statistics.mean(px)), math.sqrt(statistics.mean(sigmas))


def one(program, both, synth, seed, folder):
    drawn, solved = folder / f"drawn{seed}", folder / f"solved{seed}"
    calib(program, "synth", *both, *synth, "--size", "1280x960", "--noise", 2, "--seed", seed, "-o", drawn, "-q")
    calib(program, "run", drawn, *both, "-o", solved, "--no-report", "-q")
    numbers = json.loads(calib(program, "compare", solved / "calibration.yaml", drawn / "truth.yaml", "--json"))
    verdict = yaml.safe_load((solved / "calibration.yaml").read_text())["quality"]["verdict"]
    result = {"verdict": verdict,
              "centers_mm": 1000 * max(camera["centre_m"] for camera in numbers.values()),
              "sigmas": max(camera["worst_sigmas"] for camera in numbers.values())}
    if "tag" in both:  # a corner of a panel may have the number of either face
        found, truth = corners_of(solved / "observations.yaml"), corners_of(drawn / "observations.yaml")
        result["share"] = len(found) / len(truth)
        result["px"], result["in_sigmas"] = corner_errors(found, truth)
    return result


def main():
    program, seeds = str(pathlib.Path(sys.argv[1]).resolve()), int(sys.argv[2]) if len(sys.argv) > 2 else 5
    print("| | verdicts | corners found | corners RMS px | over sigma | largest error of a center mm "
          "| worst number in sigmas |\n|---|---|---|---|---|---|---|")
    for name, (both, synth) in KINDS.items():
        with tempfile.TemporaryDirectory() as folder:
            draws = [one(program, both, synth, seed, pathlib.Path(folder)) for seed in range(1, seeds + 1)]
        verdicts = [draw["verdict"] for draw in draws]
        counts = ", ".join(f"{verdicts.count(word)} {word}" for word in ("good", "usable", "poor") if word in verdicts)
        tags = "- | - | -"
        if "share" in draws[0]:
            mean = {key: statistics.mean(draw[key] for draw in draws) for key in ("share", "px", "in_sigmas")}
            tags = f"{100 * mean['share']:.0f} % | {mean['px']:.3f} | {mean['in_sigmas']:.2f}"
        print(f"| {name} | {counts} | {tags} | {max(draw['centers_mm'] for draw in draws):.2f} "
              f"| {max(draw['sigmas'] for draw in draws):.1f} |", flush=True)


if __name__ == "__main__":
    main()
