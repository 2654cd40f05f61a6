#!/usr/bin/env python3
"""Makes many frames from few: repeats the frames of an observations.yaml of `calib synth`, each time with other noise.
usage: repeat_frames.py TIMES NOISE_PX < observations.yaml > many.yaml"""
import random
import sys


def noisy(line, noise_px):
    corner, x, y = line.split()
    return f"      {corner} {float(x) + random.gauss(0, noise_px):.6f} {float(y) + random.gauss(0, noise_px):.6f}\n"


def frame_of(view):
    return int(view[1].split(":")[1])


def repeated(view, frame, noise_px):
    head = [view[0], f"    frame: {frame}\n"] + view[2:4]  # camera, frame, image, corners
    return head + [noisy(line, noise_px) for line in view[4:]]


def main():
    times, noise_px = int(sys.argv[1]), float(sys.argv[2])
    random.seed(1)
    lines = sys.stdin.readlines()
    first, end = lines.index("views:\n") + 1, lines.index("missing: []\n")
    starts = [i for i in range(first, end) if lines[i].startswith("  - ")] + [end]
    views = [lines[a:b] for a, b in zip(starts, starts[1:])]
    frames = 1 + max(frame_of(view) for view in views)
    sys.stdout.writelines(lines[:first])
    for time in range(times):
        for view in views:
            sys.stdout.writelines(repeated(view, time * frames + frame_of(view), noise_px))
    sys.stdout.writelines(lines[end:])


main()
