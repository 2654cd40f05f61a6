#!/usr/bin/env python3
"""Does `calib check` find the camera that moved, and does it leave alone a rig that stands?

usage: rig_check.py CALIB [--draws N] [--seed S] [--jobs N] [--degrees D] [--frames N]

For every draw, `calib extrinsics` calibrates a random rig of four cameras (trust_families.py) from
one recording. Then the same rig is filmed again, in ten frames with other board poses and other
noise, once as it was and once with one camera turned about a random axis through its center.
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

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from trust import write_observations  # noqa: E402
from trust_families import Recording, rotation  # noqa: E402


def check(calib, folder, name):
    done = subprocess.run([calib, "check", folder / "old.yaml", folder / name, "--json", "-j", "1"],
                          capture_output=True, text=True)
    found = json.loads(done.stdout)
    if "cameras" not in found:
        return None
    assert done.returncode == (0 if found["holds"] else 1), done.stderr
    return found


def changed(found):
    return sorted(name for name, c in found["cameras"].items() if c["moved"] or c["lens_changed"])


def run_draw(task):
    calib, seed, degrees, frames = task
    rng = np.random.default_rng(seed)
    rig = Recording(rng, cameras=4)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write_observations(rig, folder / "observations.yaml")
        solved = subprocess.run([calib, "extrinsics", folder / "observations.yaml", "-o",
                                 folder / "old.yaml", "-j", "1", "--json"], capture_output=True,
                                text=True)
        if solved.returncode != 0:
            return None
        rig.count = frames
        rig.still = [rig.draw_pose() for _ in range(frames)]
        write_observations(rig, folder / "same.yaml")
        camera = int(rng.integers(4))
        axis = rng.normal(0, 1, 3)
        turn = rotation(axis / np.linalg.norm(axis) * math.radians(degrees))
        moved = (turn @ rig.poses[camera][0], turn @ rig.poses[camera][1])
        rig.pose_at = lambda c, frame: moved if c == camera else rig.poses[c]
        write_observations(rig, folder / "moved.yaml")
        same, other = check(calib, folder, "same.yaml"), check(calib, folder, "moved.yaml")
    if same is None or other is None:
        return None
    named = other["cameras"][f"cam{camera}"]
    clean = list(same["cameras"].values())
    return {"seed": seed, "camera": f"cam{camera}", "alarms": changed(same), "found": changed(other),
            "or": named["or_cameras"], "turn": named["turn_deg"], "sigmas": named["pose_sigmas"],
            "px": named["pose_px"], "verdict": json.loads(solved.stdout).get("verdict"),
            "clean_sigmas": max(c["pose_sigmas"] for c in clean),
            "clean_lens_sigmas": max(c["lens_sigmas"] for c in clean),
            "clean_px": max(c["pose_px"] for c in clean)}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("calib")
    parser.add_argument("--draws", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--degrees", type=float, default=0.1)
    parser.add_argument("--frames", type=int, default=10)
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    tasks = [(options.calib, options.seed + k, options.degrees, options.frames)
             for k in range(options.draws)]
    with concurrent.futures.ProcessPoolExecutor(options.jobs) as pool:
        results = list(pool.map(run_draw, tasks))
    draws = [d for d in results if d]
    named = [d for d in draws if d["found"] == [d["camera"]] and not d["or"]]
    alarms = [d for d in draws if d["alarms"]]
    for d in draws:
        if options.verbose or d["alarms"] or d not in named:
            print(d)
    print(f"{len(draws)} rigs ({len(results) - len(draws)} could not be calibrated)")
    print(f"moved by {options.degrees} degrees: named {len(named)} of {len(draws)} "
          f"({100 * len(named) / len(draws):.1f} %)")
    print(f"unchanged: {len(alarms)} of {len(draws)} accused; most sigmas "
          f"{max(d['clean_sigmas'] for d in draws):.1f} (pose) and "
          f"{max(d['clean_lens_sigmas'] for d in draws):.1f} (lens), "
          f"most px {max(d['clean_px'] for d in draws):.2f}")
    errors = [abs(d["turn"] - options.degrees) for d in named]
    if errors:
        print(f"median error of the turn that is told: {1000 * np.median(errors):.1f} mdeg")


if __name__ == "__main__":
    main()
