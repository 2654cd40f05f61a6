#!/usr/bin/env python3
"""Compares the corners that `calib detect` found with the true ones of `calib synth`.

usage: corner_accuracy.py DETECTED.yaml TRUE.yaml

A board is "full" if all its corners are inside the picture, otherwise "cut". A board is wrong if one of its corners is
further than 2 px from the true corner with the same id. RMS is per coordinate.
"""
import math
import sys


def read_views(path):
    """Returns {image: {id: (x, y, sigma)}} and the number of corners of a whole board."""
    views, image, corners = {}, None, None
    whole = 0
    for line in open(path):
        words = line.split()
        if line.startswith("board:"):
            columns, rows = line[line.index("[") + 1 : line.index("]")].split(",")
            whole = int(columns) * int(rows)
        elif words[:1] == ["image:"]:
            image = words[1]
        elif words[:1] == ["corners:"]:
            corners = views.setdefault(image, {})
        elif corners is not None and line.startswith("      ") and len(words) >= 3:
            numbers = [float(w) for w in words]
            corners[int(numbers[0])] = (*numbers[1:3], numbers[3] if len(numbers) > 3 else 0)
        else:
            corners = None
    return views, whole


def main():
    found, whole = read_views(sys.argv[1])
    truth, _ = read_views(sys.argv[2])
    full = [v for v in truth if len(truth[v]) == whole]
    cut = [v for v in truth if len(truth[v]) < whole]
    wrong, squares, ratios, worst = [], [], [], 0
    for view, corners in found.items():
        true = truth.get(view, {})
        errors = [(c[0] - true[i][0], c[1] - true[i][1], c[2]) if i in true else (99, 99, 0) for i, c in corners.items()]
        if max(math.hypot(x, y) for x, y, _ in errors) > 2:
            wrong.append(view)
            continue
        worst = max(worst, max(math.hypot(x, y) for x, y, _ in errors))
        squares += [x * x for x, _, _ in errors] + [y * y for _, y, _ in errors]
        ratios += [(x * x + y * y) / (2 * s * s) for x, y, s in errors if s > 0]
    inside = sum(len(truth[v]) for v in cut)
    given = sum(len(found[v]) for v in cut if v in found and v not in wrong)
    complete = sum(len(found.get(v, {})) == whole for v in full)
    print(f"full boards: {sum(v in found for v in full)} of {len(full)} found, {complete} with every corner")
    print(f"cut boards: {sum(v in found for v in cut)} of {len(cut)} found, {100 * given / max(1, inside):.1f} % of their {inside} corners")
    print(f"wrong boards: {len(wrong)} {' '.join(wrong[:5])}")
    if squares:
        print(f"RMS {math.sqrt(sum(squares) / len(squares)):.4f} px, worst corner {worst:.3f} px")
    if ratios:
        ratios.sort()
        # Half the median of the chi-squared distribution with two degrees of freedom is log 2.
        print(f"error / sigma: RMS {math.sqrt(sum(ratios) / len(ratios)):.3f}, by the median {math.sqrt(ratios[len(ratios) // 2] / math.log(2)):.3f}")


if __name__ == "__main__":
    main()
