#!/usr/bin/env python3
"""Prints the mean errors of results of `calib compare --json` over cameras and seeds.

usage: mean_errors.py COMPARISON.json ...      (all of one solver)
"""
import json
import math
import sys


def main():
    centers, rotations, projections = [], [], []
    for path in sys.argv[1:]:
        cameras = json.load(open(path))
        for name, camera in cameras.items():
            projections.append(camera["projection_px"]["mean"])
            if camera.get("centre_m", 0) > 0:  # the reference camera has none
                centers.append(1000 * camera["centre_m"])
                rotations.append(1000 * math.degrees(camera["rotation_rad"]))
    mean = lambda values: sum(values) / len(values)
    print(
        f"{sys.argv[1].split('.')[-2]}: {len(sys.argv) - 1} seeds: centers {mean(centers):.5f} mm, "
        f"rotations {mean(rotations):.4f} mdeg, projection {mean(projections):.5f} px"
    )


if __name__ == "__main__":
    main()
