#!/usr/bin/env python3
"""Compares corners without ids (a table of: file x y ...; "-" if none were found) with the true ones of `calib synth`. Each
is assigned to the nearest true corner.

usage: vnl_accuracy.py TABLE TRUE.yaml
"""
import math
import sys

from corner_accuracy import read_views


def main():
    truth, whole = read_views(sys.argv[2])
    boards = {}
    for line in open(sys.argv[1]):
        words = line.split()
        if not line.startswith("#") and words[1] != "-":
            view = "/".join(words[0].split("/")[-2:])
            boards.setdefault(view, []).append((float(words[1]), float(words[2])))
    squares, count, wrong = 0, 0, 0
    for view, corners in boards.items():
        true = truth.get(view, {}).values()
        nearest = [min((x - t[0]) ** 2 + (y - t[1]) ** 2 for t in true) for x, y in corners] if true else [math.inf]
        if max(nearest) > 4:
            wrong += 1
            continue
        squares += sum(nearest)
        count += 2 * len(nearest)
    full = sum(len(corners) == whole for corners in truth.values())
    print(f"{len(boards) - wrong} of {full} boards, {wrong} wrong, RMS {math.sqrt(squares / max(1, count)):.4f} px")


if __name__ == "__main__":
    main()
