"""The usual python-opencv loop as a reference for `calib rectify`: cv2.imread, cv2.remap with fixed-point maps and
cv2.imwrite on one thread, for every image of the cameras of a rectified set.

    python3 rectify_anchor.py DATASET RECTIFIED CALIBRATION OUTPUT [--color]

Reads R and P from RECTIFIED/rectification.yaml, so that both do the same work, and the lens from CALIBRATION (an OpenCV
model). Prints the time of each part and the largest difference to the pictures in RECTIFIED."""
import pathlib
import sys
import time

import cv2
import numpy as np
import yaml


def main():
    dataset, rectified, calibration, output = map(pathlib.Path, sys.argv[1:5])
    flag = cv2.IMREAD_COLOR if "--color" in sys.argv else cv2.IMREAD_UNCHANGED
    cv2.setNumThreads(1)
    cameras = yaml.safe_load(calibration.read_text())["cameras"]
    entry = yaml.safe_load((rectified / "rectification.yaml").read_text())["sets"][0]
    folder = rectified / "_".join(camera["name"] for camera in entry["cameras"])
    seconds = dict.fromkeys(("maps", "decode", "warp", "encode"), 0.0)
    largest, count, shares = 0, 0, []
    start = time.perf_counter()
    for camera in entry["cameras"]:
        lens = cameras[camera["name"]]
        k = lens["intrinsics"]
        K = np.array([[k["fx"], 0, k["cx"]], [0, k["fy"], k["cy"]], [0, 0, 1]])
        begin = time.perf_counter()
        maps = cv2.initUndistortRectifyMap(K, np.array(lens["distortion"]), np.array(camera["R_rect_cam"]),
                                           np.array(camera["P"]), tuple(entry["image_size"]), cv2.CV_16SC2)
        seconds["maps"] += time.perf_counter() - begin
        (output / camera["name"]).mkdir(parents=True, exist_ok=True)
        for file in sorted((dataset / camera["name"]).glob("*.png")):
            begin = time.perf_counter()
            image = cv2.imread(str(file), flag)
            decoded = time.perf_counter()
            warped = cv2.remap(image, maps[0], maps[1], cv2.INTER_LINEAR)
            done = time.perf_counter()
            cv2.imwrite(str(output / camera["name"] / file.name), warped)
            seconds["decode"] += decoded - begin
            seconds["warp"] += done - decoded
            seconds["encode"] += time.perf_counter() - done
            count += 1
    wall = time.perf_counter() - start
    for camera in entry["cameras"]:
        for file in sorted((output / camera["name"]).glob("*.png"))[:5]:
            ours = cv2.imread(str(folder / camera["name"] / f"{int(file.stem):06}.png"), flag)
            difference = cv2.absdiff(ours, cv2.imread(str(file), flag))
            largest = max(largest, int(difference.max()))
            shares.append(np.count_nonzero(difference) / difference.size)
    parts = ", ".join(f"{name} {1000 * value / count:.2f}" for name, value in seconds.items())
    print(f"{count} images, wall {wall:.2f} s; ms an image: {parts}; "
          f"largest difference {largest}, of {100 * np.mean(shares):.2f} % of the pixels")


main()
