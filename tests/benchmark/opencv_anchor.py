#!/usr/bin/env python3
"""The references of scripts/benchmark.sh on one thread: decoding alone, and the usual python-opencv loop over the same
images.

usage: opencv_anchor.py FOLDER CORNERS_X CORNERS_Y
"""
import glob
import os
import sys
import time

import cv2


def main():
    folder, size = sys.argv[1], (int(sys.argv[2]), int(sys.argv[3]))
    cv2.setNumThreads(1)
    files = sorted(glob.glob(os.path.join(folder, "cam*", "*.png")))
    start = time.perf_counter()
    for file in files:
        cv2.imread(file, cv2.IMREAD_GRAYSCALE)
    decoded = time.perf_counter() - start
    found = 0
    start = time.perf_counter()
    for file in files:
        gray = cv2.imread(file, cv2.IMREAD_GRAYSCALE)
        ok, corners = cv2.findChessboardCorners(gray, size)
        if ok:
            found += 1
            cv2.cornerSubPix(gray, corners, (5, 5), (-1, -1), (3, 40, 1e-3))
    spent = time.perf_counter() - start
    print(f"cv2.imread alone: {decoded:.2f} s for {len(files)} images")
    print(f"cv2 imread + findChessboardCorners + cornerSubPix: {spent:.2f} s, {found} boards")


if __name__ == "__main__":
    main()
