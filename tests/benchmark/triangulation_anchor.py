#!/usr/bin/env python3
"""Times the Python package beside the usual OpenCV and NumPy code, in one run: points in space from the pixels of four cameras.
aniposelib joins in if PYTHONPATH finds it.

Usage: PYTHONPATH=build/release/python /usr/bin/python3 tests/benchmark/triangulation_anchor.py CALIBRATION [POINTS=1000000]
The calibration needs four cameras or more with a lens of OpenCV and with its covariance, as of `calib run data/demo`.
"""
import sys
import time
import warnings

import cv2
import numpy as np

import calib

warnings.simplefilter("ignore", calib.CalibWarning)  # a few pixels are outside the pictures
NOISE_PX = 0.1
LOOP_POINTS = 20_000  # of the loop in Python, whose time grows with them
ANIPOSE_POINTS = 200_000  # which it takes one by one, too
BATCH = 100_000  # of the batched SVD, so that it fits into memory


def report(what, times, found, truth):
    wall, cpu = (1e6 * seconds / len(truth) for seconds in times)
    error = np.sqrt(np.mean(np.sum((found - truth) ** 2, axis=-1)))
    print(f"{what:70} microseconds a point: {wall:6.2f} wall, {cpu:6.2f} CPU; RMS error {1e3 * error:.3f} mm")


def timed(function, *arguments, **more):
    """The result, and the least wall and CPU seconds of three calls."""
    times = []
    for _ in range(3):
        start = time.perf_counter(), time.process_time()
        result = function(*arguments, **more)
        times.append((time.perf_counter() - start[0], time.process_time() - start[1]))
    return result, np.min(times, axis=0)


def opencv_camera(rig, name):
    k = rig.lens(name).parameters
    K = np.array([[k["fx"], 0, k["cx"]], [0, k["fy"], k["cy"]], [0, 0, 1]])
    distortion = np.array([k.get(key, 0.0) for key in ("k1", "k2", "p1", "p2", "k3")])
    return K, distortion, rig.T_cam_rig(name)[:3]


def undistorted(cameras, pixels):
    return [cv2.undistortPoints(pixels[:, i].reshape(-1, 1, 2), K, distortion).reshape(-1, 2)
            for i, (K, distortion, _) in enumerate(cameras)]


def two_views(cameras, pixels):
    a, b = undistorted(cameras[:2], pixels)
    points = cv2.triangulatePoints(cameras[0][2], cameras[1][2], a.T, b.T)
    return (points[:3] / points[3]).T


def equations(cameras, rays):
    """(N, 2 cameras, 4): the rows of the direct linear transform."""
    rows = []
    for (_, _, P), ray in zip(cameras, rays):
        rows += [ray[..., 0, None] * P[2] - P[0], ray[..., 1, None] * P[2] - P[1]]
    return np.stack(rows, axis=-2)


def dlt_batched(cameras, pixels):
    found = []
    for first in range(0, len(pixels), BATCH):
        rays = undistorted(cameras, pixels[first:first + BATCH])
        solution = np.linalg.svd(equations(cameras, rays))[2][:, -1]
        found.append(solution[:, :3] / solution[:, 3:])
    return np.concatenate(found)


def dlt_loop(cameras, pixels):
    rays = np.stack(undistorted(cameras, pixels), axis=1)
    found = np.empty((len(pixels), 3))
    for i, row in enumerate(rays):
        solution = np.linalg.svd(equations(cameras, row))[2][-1]
        found[i] = solution[:3] / solution[3]
    return found


def anipose(cameras, pixels):
    """aniposelib compiles when it is first called: the least of the calls is without that."""
    from aniposelib.cameras import Camera, CameraGroup
    group = CameraGroup([Camera(matrix=K, dist=distortion, rvec=cv2.Rodrigues(P[:, :3])[0], tvec=P[:, 3])
                         for K, distortion, P in cameras])
    return group.triangulate(np.ascontiguousarray(pixels.swapaxes(0, 1)))


def find_anipose(count):
    try:
        import aniposelib
    except ImportError:
        return []
    return [(f"aniposelib {aniposelib.__version__}, CameraGroup.triangulate of {count} points", anipose, count)]


def main():
    rig = calib.load(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    names = rig.cameras[:4]
    random = np.random.default_rng(1)
    truth = np.empty((0, 3))
    while len(truth) < count:  # points that all four cameras see
        points = random.uniform(-0.3, 0.3, (count, 3)) + [0, 0, 0.7]
        seen = np.all([np.isfinite(rig.project(name, points)[:, 0]) for name in names], axis=0)
        truth = np.concatenate([truth, points[seen]])[:count]
    pixels = np.stack([rig.project(name, truth) for name in names], axis=1)
    pixels += random.normal(0, NOISE_PX, pixels.shape)
    cameras = [opencv_camera(rig, name) for name in names]

    print(f"{count} points in four cameras, noise {NOISE_PX} px")
    for jobs in (1, 2):
        found, times = timed(rig.triangulate, pixels, names, sigma_px=NOISE_PX, jobs=jobs)
        report(f"calib, with covariance, {jobs} thread{'s' if jobs > 1 else ''}", times, found.points, truth)
    for what, function, some in (("undistortPoints + triangulatePoints: two cameras", two_views, count),
                                 ("undistortPoints + numpy.linalg.svd of all points", dlt_batched, count),
                                 (f"the same in a loop over {LOOP_POINTS} points", dlt_loop, min(count, LOOP_POINTS)),
                                 *find_anipose(min(count, ANIPOSE_POINTS))):
        points, times = timed(function, cameras, pixels[:some])
        report(what, times, points, truth[:some])


if __name__ == "__main__":
    main()
