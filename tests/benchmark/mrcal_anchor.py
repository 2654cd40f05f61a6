#!/usr/bin/env python3
"""Calibrates with mrcal from the corners that `calib detect` wrote, and writes the result as a calibration.yaml for
`calib compare`.

usage: mrcal_anchor.py OBSERVATIONS.yaml CALIBRATION.yaml      (observations of opencv5 cameras; the output is overwritten)
"""
import ast
import math
import os
import re
import subprocess
import sys
import tempfile
import time


def read_observations(path):
    """Returns the board (columns, rows, square), {camera: image size} and {(camera, frame): {id: (x, y, sigma)}}."""
    text = open(path).read()
    columns, rows = map(int, re.search(r"corners: \[(\d+), (\d+)\]", text).groups())
    square = float(re.search(r"square_m: ([\d.e-]+)", text).group(1))
    sizes = dict(re.findall(r"^  (\w+): \{image_size: (\[\d+, \d+\])", text, re.M))
    views, camera, corners = {}, None, None
    for line in text.splitlines():
        words = line.split()
        if words[:2] == ["-", "camera:"]:
            camera = words[2]
        elif words[:1] == ["frame:"]:
            frame = int(words[1])
        elif words[:1] == ["corners:"]:
            corners = views.setdefault((camera, frame), {})
        elif corners is not None and line.startswith("      ") and len(words) >= 3:
            corners[int(words[0])] = tuple(float(w) for w in words[1:])
        else:
            corners = None
    return (columns, rows, square), sizes, views


def write_vnl(path, board, views):
    columns, rows, _ = board
    with open(path, "w") as file:
        file.write("# filename x y weight\n")
        for (camera, frame), corners in sorted(views.items()):
            for i in range(columns * rows):
                x, y, sigma = (*corners.get(i, (0, 0)), 1)[:3]
                weight = 0.003 / sigma if i in corners else -1
                file.write(f"frame{frame}-{camera}.png {x} {y} {weight}\n")


def rotation(r):
    angle = math.sqrt(sum(c * c for c in r))
    if angle == 0:
        return [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    x, y, z = (c / angle for c in r)
    c, s, v = math.cos(angle), math.sin(angle), 1 - math.cos(angle)
    return [
        [c + x * x * v, x * y * v - z * s, x * z * v + y * s],
        [y * x * v + z * s, c + y * y * v, y * z * v - x * s],
        [z * x * v - y * s, z * y * v + x * s, c + z * z * v],
    ]


def camera_yaml(name, model):
    fx, fy, cx, cy, *distortion = model["intrinsics"]
    rows = rotation(model["extrinsics"][:3])
    lines = [
        f"  {name}:",
        "    model: opencv5",
        f"    image_size: {list(model['imagersize'])}",
        f"    intrinsics: {{fx: {fx}, fy: {fy}, cx: {cx}, cy: {cy}}}",
        f"    distortion: {distortion}",
        "    T_cam_rig:",
    ]
    lines += [f"      - {row + [t]}" for row, t in zip(rows, model["extrinsics"][3:])]
    lines += ["      - [0, 0, 0, 1]"]
    return "\n".join(lines)


def main():
    board, sizes, views = read_observations(sys.argv[1])
    columns, rows, square = board
    width = ast.literal_eval(next(iter(sizes.values())))[0]
    with tempfile.TemporaryDirectory() as folder:
        write_vnl(os.path.join(folder, "corners.vnl"), board, views)
        command = ["mrcal-calibrate-cameras", "--corners-cache", "corners.vnl", "--corners-cache-has-weights"]
        command += ["--lensmodel", "LENSMODEL_OPENCV5", "--focal", str(0.75 * width), "--outdir", "."]
        command += ["--object-spacing", str(square), "--object-width-n", str(columns), "--object-height-n", str(rows)]
        command += ["--imagersize", *map(str, ast.literal_eval(next(iter(sizes.values()))))]
        command += ["--skip-calobject-warp-solve", *(f"frame*-{camera}.png" for camera in sizes)]
        start = time.perf_counter()
        run = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        print(f"mrcal-calibrate-cameras: {time.perf_counter() - start:.2f} s")
        if run.returncode:
            sys.exit(run.stderr)
        cameras = []
        for k, name in enumerate(sizes):
            text = open(os.path.join(folder, f"camera-{k}.cameramodel")).read()
            values = re.findall(r"'(intrinsics|extrinsics|imagersize)':\s*(\[[^\]]*\])", text)
            cameras.append(camera_yaml(name, {key: ast.literal_eval(value) for key, value in values}))
    with open(sys.argv[2], "w") as file:
        file.write('calib_version: "0.1.0"\nkind: calibration\n')
        file.write("units: {length: metre, angle: radian, pixel_origin: centre_of_top_left_pixel}\n")
        file.write(f"reference_camera: {next(iter(sizes))}\ncameras:\n" + "\n".join(cameras) + "\n...\n")


if __name__ == "__main__":
    main()
