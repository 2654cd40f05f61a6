"""The row error of cv2.stereoRectify with the same calibration and the same corners as `calib rectify`.

    python3 row_error_anchor.py CALIBRATION OBSERVATIONS CAMERA CAMERA

Prints mean, p95 and largest |row difference| (for a vertical pair: column difference) of the corners that both cameras saw,
with alpha 0 and the size of the source, and the focal length of P, so that errors can be converted to the same scale."""
import sys

import cv2
import numpy as np
import yaml


def lens(camera):
    k = camera["intrinsics"]
    return np.array([[k["fx"], 0, k["cx"]], [0, k["fy"], k["cy"]], [0, 0, 1]]), np.array(camera["distortion"])


def corners(observations, name, rejected):
    found = {}
    for view in observations["views"]:
        if view["camera"] != name or (name, view["frame"], None) in rejected:
            continue
        for line in view["corners"].splitlines():
            number, x, y = line.split()[:3]
            if (name, view["frame"], int(number)) not in rejected:
                found[view["frame"], int(number)] = (float(x), float(y))
    return found


def main():
    calibration, observations = (yaml.safe_load(open(path)) for path in sys.argv[1:3])
    first, second = sys.argv[3:5]
    rejected = {(r["camera"], r["frame"], r.get("corner")) for r in calibration.get("rejected", [])}
    a, b = calibration["cameras"][first], calibration["cameras"][second]
    T = np.array(b["T_cam_rig"]) @ np.linalg.inv(np.array(a["T_cam_rig"]))
    (Ka, da), (Kb, db) = lens(a), lens(b)
    R1, R2, P1, P2, *_ = cv2.stereoRectify(Ka, da, Kb, db, tuple(a["image_size"]), T[:3, :3], T[:3, 3],
                                           flags=cv2.CALIB_ZERO_DISPARITY, alpha=0)
    of_a, of_b = (corners(observations, name, rejected) for name in (first, second))
    both = sorted(of_a.keys() & of_b.keys())
    tight = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 100, 1e-12)
    p, q = (cv2.undistortPointsIter(np.array([found[key] for key in both]).reshape(-1, 1, 2), K, d, R, P, tight)
            for found, K, d, R, P in ((of_a, Ka, da, R1, P1), (of_b, Kb, db, R2, P2)))
    line = 0 if abs(P2[1, 3]) > abs(P2[0, 3]) else 1
    error = np.abs(p - q)[:, 0, line]
    print(f"{first}-{second}: {len(both)} corners, mean {error.mean():.4f}, p95 {np.percentile(error, 95):.4f}, "
          f"largest {error.max():.4f} px at f = {P1[0, 0]:.1f} px")


main()
