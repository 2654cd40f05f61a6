#!/usr/bin/env python3
"""Is what calib says of a result true? Random rigs with known truth and one fault each.

usage: trust.py CALIB [--draws N] [--seed S] [--only FAMILY,...] [--jobs N] [--keep FOLDER] [--json FILE]

For every draw of every family of trust_families.py, `calib extrinsics` solves the corners, and the
result is compared with the truth. z is the largest error in stated standard deviations: of focal
lengths, principal points, rotations, positions, and of the projection of the board's points
(projection_std near_px). A result is off if z > 4. It is materially wrong if it is off and beyond the
verdict's own limits: focal lengths 0.1 % (good) or 1 % (usable), positions 0.2 % or 2 % of the
distance to the nearest camera.
"""
import argparse
import concurrent.futures
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import yaml

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from trust_families import FAMILIES, Lens  # noqa: E402


def write_observations(recording, path):
    lines = ['calib_version: "0.1.0"', "kind: observations",
             f"board: {{type: chessboard, corners: [{recording.board[0]}, {recording.board[1]}], "
             f"square_m: {recording.square!r}}}", "cameras:"]
    for i in range(len(recording.poses)):
        lines.append(f"  cam{i}: {{image_size: [{recording.size[0]}, {recording.size[1]}]}}")
    lines.append("views:")
    for camera, frame, ids, pixels, sigma in recording.views():
        lines.append(f"  - camera: cam{camera}\n    frame: {frame}\n"
                     f"    image: cam{camera}/{frame:04d}.png\n    corners: |")
        lines.extend(f"      {i} {p[0]:.6f} {p[1]:.6f} {s:.6f}"
                     for i, p, s in zip(ids, pixels, sigma))
    path.write_text("\n".join([*lines, "..."]) + "\n")


def matrix(rows):
    rows = np.array(rows, float)
    return rows[:3, :3], rows[:3, 3]


def read_calibration(path):
    data = yaml.load(path.read_text(), yaml.CSafeLoader)
    cameras = {}
    for name, c in data["cameras"].items():
        i = c["intrinsics"]
        lens = Lens(c["model"], c["image_size"], (i["fx"], i["fy"]), (i["cx"], i["cy"]),
                    c.get("distortion", []))
        cameras[name] = {"lens": lens, "pose": matrix(c["T_cam_rig"]) if "T_cam_rig" in c else None,
                         "std": c.get("std", {}), "near": c.get("projection_std", {}).get("near_px")}
    board = data["board"].get("shape", {})
    frames = {int(k): matrix(v["T_rig_board"]) for k, v in data.get("frames", {}).items()}
    return data, cameras, frames, board


def solved_points(recording, shape):
    """The points of the board as calib has it."""
    points, size = recording.points(), recording.square * (np.array(recording.board) - 1)
    u, v = (2 * points[:, :2] / size - 1).T
    stretch = shape.get("stretch_y", 0)
    points *= [1 - stretch / 2, 1 + stretch / 2, 1]
    points[:, 2] = (shape.get("bow_x_m", 0) * (1 - u * u) + shape.get("bow_y_m", 0) * (1 - v * v)
                    + shape.get("twist_m", 0) * u * v)
    return points


def board_alignment(recording, frames, shape):
    """The rigid motion from the solved rig frame to the true one that fits the boards best."""
    middle = recording.square * (np.array([*recording.board, 1]) - 1) / 2
    flat = solved_points(recording, shape)
    solved, true = [], []
    for frame, (turn, place) in frames.items():
        true_turn, true_place = recording.board_pose(frame // recording.repeat)
        solved.append(flat @ turn.T + place)
        true.append((recording.shape(recording.points(), frame) - middle) @ true_turn.T
                    + true_place)
    a, b = np.concatenate(solved), np.concatenate(true)
    u, _, vt = np.linalg.svd((a - a.mean(0)).T @ (b - b.mean(0)))
    turn = (u @ np.diag([1, 1, np.sign(np.linalg.det(u @ vt))]) @ vt).T
    return turn, b.mean(0) - turn @ a.mean(0), b


def rotation_vector(turn):
    """The rotation vector of a small rotation."""
    return np.array([turn[2, 1] - turn[1, 2], turn[0, 2] - turn[2, 0],
                     turn[1, 0] - turn[0, 1]]) / 2


def measure(recording, cameras, frames, shape):
    """The largest errors, in sigmas and relative."""
    z, worst, f_relative, center_relative, scores = 0, "", 0, 0, []
    centers = [-turn.T @ place for turn, place in recording.poses]
    same_model = recording.fit == recording.lenses[0].model

    def note(value, std, what):
        nonlocal z, worst
        if std is None or not std > 0:
            return
        scores.append((what.split(".")[1], float(value / std)))
        if abs(value / std) > z:
            z, worst = abs(value / std), what
    align = board_alignment(recording, frames, shape) if frames else None
    for i, (turn, place) in enumerate(recording.poses):
        name = f"cam{i}"
        camera, lens = cameras.get(name), recording.lenses[i]
        if camera is None:
            continue
        if same_model:
            for k, (field, value) in enumerate([("fx", camera["lens"].f[0] - lens.f[0]),
                                                ("fy", camera["lens"].f[1] - lens.f[1]),
                                                ("cx", camera["lens"].c[0] - lens.c[0]),
                                                ("cy", camera["lens"].c[1] - lens.c[1])]):
                note(value, camera["std"].get(field), f"{name}.{field}")
                if k < 2:
                    f_relative = max(f_relative, abs(value) / lens.f[k])
        if camera["pose"] is None:
            continue
        turned = rotation_vector(camera["pose"][0] @ turn.T)
        center = -camera["pose"][0].T @ camera["pose"][1] - centers[i]
        near = min(np.linalg.norm(centers[i] - c) for k, c in enumerate(centers) if k != i)
        center_relative = max(center_relative, float(np.linalg.norm(center) / near))
        std = camera["std"]
        for k in range(3):
            if same_model and "rotation_rad" in std:
                note(turned[k], std["rotation_rad"][k], f"{name}.rotation")
            if same_model and "centre_m" in std:
                note(center[k], std["centre_m"][k], f"{name}.position")
        if align and camera["near"]:
            z_projection = projection_z(recording, camera, align, turn, place, lens)
            scores.append(("projection", z_projection))
            if z_projection > z:
                z, worst = z_projection, f"{name}.projection"
    return z, worst, f_relative, center_relative, scores


def projection_z(recording, camera, align, turn, place, lens):
    rotate, shift, points = align
    true = lens.project(points @ turn.T + place)
    solved_points = (points - shift) @ rotate
    solved = camera["lens"].project(solved_points @ camera["pose"][0].T + camera["pose"][1])
    size = np.array(recording.size)
    inside = np.all(np.isfinite(true), 1) & np.all((true >= 0) & (true < size), 1)
    error = np.linalg.norm(solved - true, axis=1)[inside]
    cell = np.minimum((true[inside] / size * [12, 9]).astype(int), [11, 8])
    near = np.array(camera["near"], float)[cell[:, 1] * 12 + cell[:, 0]]
    good = np.isfinite(error) & np.isfinite(near)
    return float(np.sqrt(np.mean((error[good] / near[good]) ** 2))) if good.any() else 0.0


def is_told(recording, findings):
    """Whether a finding names the fault with its cameras and its first frame."""
    codes, cameras, start = recording.told
    near = max(3, 0.1 * recording.count)
    return any(f["code"] in codes and cameras <= set(f.get("cameras", [])) and
               (start is None or abs(f.get("frame", math.inf) - start) <= near) for f in findings)


def run_draw(task):
    calib, name, seed, keep = task
    recording = FAMILIES[name](np.random.default_rng([seed, *name.encode()]))
    folder = pathlib.Path(keep, f"{name}-{seed}") if keep else pathlib.Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    try:
        source, target = folder / "observations.yaml", folder / "calibration.yaml"
        write_observations(recording, source)
        target.unlink(missing_ok=True)
        done = subprocess.run([calib, "extrinsics", source, "-o", target, "--model", recording.fit,
                               "-j", "1"], capture_output=True, text=True)
        result = {"family": name, "seed": seed, "exit": done.returncode}
        if not target.exists():
            return {**result, "verdict": "refused", "z": 0, "said": [], "text": done.stderr[-600:]}
        data, cameras, frames, shape = read_calibration(target)
        z, worst, f_rel, c_rel, scores = measure(recording, cameras, frames, shape)
        findings = data["quality"].get("findings", [])
        said = [f["code"] for f in findings if f.get("severity") != "note"]
        told = is_told(recording, findings) if recording.told else None
        return {**result, "verdict": data["quality"]["verdict"], "z": z, "worst": worst,
                "f": f_rel, "center": c_rel, "said": said, "told": told, "scores": scores,
                "notes": [f["code"] for f in findings if f.get("severity") == "note"]}
    finally:
        if not keep:
            for file in folder.iterdir():
                file.unlink()
            folder.rmdir()


LIMITS = {"good": (1e-3, 2e-3), "usable": (1e-2, 2e-2)}


def is_material(draw):
    f, c = LIMITS.get(draw["verdict"], (math.inf, math.inf))
    return draw["z"] > 4 and (draw["f"] > f or draw["center"] > c)


def table(draws):
    print(f"{'family':32} draws good usable poor refused | off: good usable | wrong: good usable | "
          "right told | rms z   most said")
    for name in FAMILIES:
        rows = [d for d in draws if d["family"] == name]
        if not rows:
            continue

        def count(verdict, test=lambda d: True):
            return sum(d["verdict"] == verdict and test(d) for d in rows)
        off = lambda d: d["z"] > 4  # noqa: E731
        told = [d["told"] for d in rows if d.get("told") is not None]
        said = {}
        for d in rows:
            for code in set(d["said"]):
                said[code] = said.get(code, 0) + 1
        said = sorted(said.items(), key=lambda item: -item[1])[:4]
        values = [v for d in rows if d["verdict"] != "refused" for _, v in d["scores"]]
        rms = math.sqrt(sum(v * v for v in values) / max(1, len(values)))
        print(f"{name:32} {len(rows):5} {count('good'):4} {count('usable'):6} {count('poor'):4} "
              f"{count('refused'):7} | {count('good', off):9} {count('usable', off):6} | "
              f"{count('good', is_material):11} {count('usable', is_material):6} | "
              f"{sum(d['z'] <= 4 and d['verdict'] != 'refused' for d in rows):5} "
              f"{f'{sum(told)}/{len(told)}' if told else '-':>5} | {rms:5.2f} "
              + " ".join(f"{code}:{n}" for code, n in said))
    solved = [d for d in draws if d["verdict"] != "refused"]
    wrong = sum(map(is_material, solved))
    off_good = sum(d["z"] > 4 and d["verdict"] == "good" for d in solved)
    clean = [d for d in solved if d["family"].startswith("clean")]
    accused = sum(d["verdict"] != "good" for d in clean)
    told = [d["told"] for d in draws if d.get("told") is not None]
    print(f"\n{len(draws)} draws: {wrong} good or usable but materially wrong "
          f"({100 * wrong / len(draws):.1f} %), {off_good} good but beyond 4 sigma "
          f"({100 * off_good / len(draws):.1f} %)")
    if clean:
        print(f"clean: {accused} of {len(clean)} not good")
    if told:
        print(f"faults named with camera and frame: {sum(told)} of {len(told)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("calib")
    parser.add_argument("--draws", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--keep", default="")
    parser.add_argument("--json", default="")
    options = parser.parse_args()
    names = options.only.split(",") if options.only else list(FAMILIES)
    tasks = [(options.calib, name, options.seed + k, options.keep)
             for name in names for k in range(options.draws)]
    with concurrent.futures.ProcessPoolExecutor(options.jobs) as pool:
        draws = list(pool.map(run_draw, tasks, chunksize=2))
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(draws))
    table(draws)


if __name__ == "__main__":
    main()
