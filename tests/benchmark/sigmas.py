#!/usr/bin/env python3
"""Do errors scatter as the stated standard deviations say? Random clean rigs with known truth.

usage: sigmas.py CALIB [--draws N] [--seed S] [--views 8,15,30,100] [--models opencv5,...] [--few]

For each camera model and number of frames, the RMS over rigs of 2 to 4 cameras of error over stated
standard deviation: of focal lengths, principal points, distortion, rotations, positions, and of the
projection of the boards (the length of the error over the deviation in the worst direction: up to
1.41). "Largest": the median and the 95 % point of the largest of all numbers of a rig. --few: of the
last of three cameras alone, which has so few views, of a small board at nearby places.
"""
import argparse
import math
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import trust  # noqa: E402
from trust_families import Recording  # noqa: E402

KINDS = ["focal length", "principal point", "distortion", "rotation", "position", "projection"]


def set_lens(recording, lens, model):
    """Makes a lens of the family's opencv5 one of the model."""
    rng = recording.rng
    lens.model = model
    if model == "pinhole":
        lens.d = []
    if model == "opencv4":
        lens.d = lens.d[:4]
    if model == "opencv8":
        lens.f, a = 0.7 * lens.f, rng.uniform(0.2, 0.8)
        lens.d = [a, 0.05, *rng.normal(0, 3e-4, 2), 0.005, a + rng.uniform(0.25, 0.45), 0.1, 0.01]
    if model == "fisheye":
        lens.f, lens.d = 0.6 * lens.f, list(rng.normal(0, [0.05, 0.01, 0.003, 0.001]))


def keep_few(recording, count):
    """The last camera keeps the views that are nearest in the picture to one of them."""
    last, rng = len(recording.poses) - 1, recording.rng

    def edit(views):
        own = [v for v in views if v[0] == last]
        middle = np.array([v[3].mean(0) for v in own])
        off = np.linalg.norm(middle - middle[rng.integers(len(own))], axis=1)
        kept = {own[i][1] for i in np.argsort(off)[:count]}
        return [v for v in views if v[0] != last or v[1] in kept]
    recording.edit = edit


def draw(model, views, k, seed, few):
    rng = np.random.default_rng([seed + k, views, *model.encode()])
    recording = Recording(rng, cameras=3 if few else 2 + k % 3, frames=24 if few else views,
                          model=model)
    if few:
        recording.distance *= rng.uniform(1, 2.5)
        recording.poses = recording.draw_poses(3)
        recording.still = [recording.draw_pose() for _ in range(recording.count)]
        keep_few(recording, views)
    for lens in recording.lenses:
        set_lens(recording, lens, model)
    return recording


def scores(recording, calibration, few):
    """(kind, error over standard deviation) of each number."""
    _, cameras, frames, shape = trust.read_calibration(calibration)
    align = trust.board_alignment(recording, frames, shape)
    result = []

    def add(kind, errors, deviations):
        result.extend((kind, float(e / s)) for e, s in zip(errors, deviations) if s > 0)
    for i, (turn, place) in enumerate(recording.poses):
        if few and i < len(recording.poses) - 1:
            continue
        camera, lens = cameras[f"cam{i}"], recording.lenses[i]
        solved, std = camera["lens"], camera["std"]
        add("focal length", solved.f - lens.f, [std["fx"], std["fy"]])
        add("principal point", solved.c - lens.c, [std["cx"], std["cy"]])
        add("distortion", np.array(solved.d) - lens.d, std.get("distortion", []))
        if "rotation_rad" in std:
            add("rotation", trust.rotation_vector(camera["pose"][0] @ turn.T), std["rotation_rad"])
            center = turn.T @ place - camera["pose"][0].T @ camera["pose"][1]
            add("position", center, std["centre_m"])
        result.append(("projection",
                       trust.projection_z(recording, camera, align, turn, place, lens)))
    return result


def solve(calib, recording, few):
    with tempfile.TemporaryDirectory() as folder:
        source, target = pathlib.Path(folder, "o.yaml"), pathlib.Path(folder, "c.yaml")
        trust.write_observations(recording, source)
        subprocess.run([calib, "extrinsics", source, "-o", target, "--model", recording.fit, "-j",
                        "1"], capture_output=True, check=False)
        return scores(recording, target, few) if target.exists() else None


def row(name, rigs):
    solved = [rig for rig in rigs if rig]
    cells = []
    for kind in KINDS:
        values = [z for rig in solved for k, z in rig if k == kind]
        cells.append(f"{math.sqrt(np.mean(np.square(values))):.2f}" if values else "-")
    largest = [max(abs(z) for _, z in rig) for rig in solved]
    cells.append(f"{np.median(largest):.1f}, {np.quantile(largest, 0.95):.1f}")
    print(f"| {name} | {len(solved)} of {len(rigs)} | " + " | ".join(cells) + " |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("calib")
    parser.add_argument("--draws", type=int, default=21)
    parser.add_argument("--seed", type=int, default=1000)
    parser.add_argument("--views", default="")
    parser.add_argument("--models", default="pinhole,opencv4,opencv5,opencv8,fisheye")
    parser.add_argument("--few", action="store_true")
    options = parser.parse_args()
    views = options.views or ("3,4,5,6,8" if options.few else "8,15,30,100")
    models = options.models.split(",")
    print("| views | rigs | " + " | ".join(KINDS) + " | largest |")
    print("|---|---|" + "---|" * (len(KINDS) + 1))
    for count in map(int, views.split(",")):
        row(count, [solve(options.calib, draw(model, count, k, options.seed, options.few),
                          options.few) for model in models for k in range(options.draws)])


if __name__ == "__main__":
    main()
