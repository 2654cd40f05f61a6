#!/usr/bin/env python3
"""Does calib find how the clocks of cameras differ? Random films of a moving board with known times.

usage: out_of_step.py CALIB [--draws N] [--seed S] [--only FAMILY,...] [--jobs N] [--keep FOLDER] [--json F]

Two to four cameras film at 30 frames per second for 40 to 60 s; the hand moves at 0.05 to 0.5 m/s; the
corners have an error of 0.1 px. In each family the clocks of the cameras differ in another way. Every
film is solved by `calib intrinsics` and `calib extrinsics`, and once more as cameras in step would
have filmed it. The table gives the errors of the times that were found, their errors in stated
standard deviations, the errors of lenses and poses over those of the film in step, and the time of
the solve over that of the film in step.
"""
import argparse
import collections
import concurrent.futures
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy as np
import yaml

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import trust  # noqa: E402
from trust_families import Recording, rotation  # noqa: E402

FPS = 30.0
SECONDS = (40, 60)
QUICKEST_HZ = 5.0  # of a hand; at half the frame rate, nothing could tell where the board was between
FAMILIES = {}


def family(function):
    FAMILIES[function.__name__] = function
    return function


class Film(Recording):
    """A recording of a board that a hand moves along a smooth path. Times are in seconds."""

    def __init__(self, rng, seconds=None, speed=None, cameras=None):
        super().__init__(rng, cameras=cameras, frames=int(FPS * (seconds or rng.uniform(*SECONDS))),
                         moving=True)
        self.noise = 0.1
        self.film_speed = math.exp(rng.uniform(math.log(0.05), math.log(0.5)))
        speed = self.film_speed if speed is None else speed
        # Sums of waves: slow ones carry the board through the scene, quick ones are the hand's.
        self.paths = [[(size * share, rate * rng.uniform(0.7, 1.4), rng.uniform(0, 2 * math.pi))
                       for share, rate in ((0.7, 0.13), (0.5, 0.31), (0.08, 1.1), (0.015, 2.7))]
                      for size in (0.45, 0.45, 0.8, 0.2, 0.16, 0.14)]
        times = np.linspace(0, 20, 2001)
        places = np.array([self.path(t, 1.0)[1] for t in times])
        mean = np.linalg.norm(np.diff(places, axis=0), axis=1).mean() / 0.01
        self.pace = speed / mean
        self.clock = {}  # camera -> offset (s), rate, readout (s over the height)
        self.lost = {}   # camera -> [(frame, how many)]

    def path(self, t, pace):
        a = [sum(size * math.sin(2 * math.pi * min(rate * pace, QUICKEST_HZ) * t + phase) for size, rate, phase in waves)
             for waves in self.paths]
        turn = rotation(np.array([a[0], a[1], 0])) @ rotation(np.array([0, 0, a[2]]))
        along = rotation(np.array([0, self.step * (len(self.poses) - 1) / 2, 0]))
        return along @ turn, np.array([a[3], a[4], 0.97 + a[5]]) * self.distance

    def board_pose(self, frame):
        return self.path(frame / FPS, self.pace)

    def tau(self, camera, frame):
        offset, rate, _ = self.clock.get(camera, (0, 1, 0))
        number = frame + sum(n for k, n in self.lost.get(camera, []) if frame >= k)
        return offset + rate * number / FPS

    def views(self):
        points = self.points() - self.square * (np.array([*self.board, 1]) - 1) / 2
        noise = np.random.default_rng(int(self.rng.integers(1 << 30)))
        for camera, (turn, place) in enumerate(self.poses):
            lens, readout = self.lenses[camera], self.clock.get(camera, (0, 1, 0))[2]
            for frame in range(self.count):
                tau = self.tau(camera, frame)

                def seen(t):
                    board_turn, board_place = self.path(t, self.pace)
                    world = points @ board_turn.T + board_place
                    return lens.project(world @ turn.T + place)
                pixels = seen(tau)
                if readout and np.isfinite(pixels).all():
                    step = 1e-3  # the corner's own row, by the motion of its picture
                    for _ in range(2):
                        delay = readout * pixels[:, 1] / self.size[1]
                        around = [seen(tau + k * step) for k in (-1, 0, 1)]
                        middle = tau + float(delay.mean())
                        around = [seen(middle + k * step) for k in (-1, 0, 1)]
                        d = ((tau + delay - middle) / step)[:, None]
                        pixels = (around[1] + d * (around[2] - around[0]) / 2
                                  + d * d * (around[2] - 2 * around[1] + around[0]) / 2)
                pixels = pixels + noise.normal(0, self.noise, pixels.shape)
                inside = ((pixels > 3) & (pixels < np.array(self.size) - 4)).all(1)
                if not inside.all():
                    continue
                yield camera, frame, range(len(pixels)), pixels, np.full(len(pixels), self.noise)


def others(rng, film):
    return [c for c in range(1, len(film.poses))]


@family
def in_step(rng):
    return Film(rng)


@family
def at_rest(rng):
    film = Film(rng, speed=0.0)
    film.pace = 0.25 / FPS  # a new pose in every frame, and no motion within it
    path = film.path
    film.path = lambda t, pace: path(1000.0 * math.floor(t * FPS / 30 + 0.5), 1.0)
    film.clock = {c: (rng.uniform(-0.004, 0.004), 1, 0) for c in others(rng, film)}
    return film


@family
def few_frames(rng):
    return Film(rng, seconds=rng.uniform(0.4, 1.5))


@family
def subframe(rng):
    film = Film(rng)
    film.clock = {c: (rng.uniform(-0.5, 0.5) / FPS, 1, 0) for c in others(rng, film)}
    return film


@family
def whole_frames(rng):
    film = Film(rng)
    film.clock = {c: (rng.uniform(-8, 8) / FPS, 1, 0) for c in others(rng, film)}
    return film


@family
def far_apart(rng):
    film = Film(rng)
    film.clock = {c: (rng.uniform(-10, 10), 1, 0) for c in others(rng, film)}
    return film


@family
def drifting(rng):
    film = Film(rng)
    film.clock = {c: (rng.uniform(-2, 2) / FPS, 1 + rng.uniform(-2e-4, 2e-4), 0)
                  for c in others(rng, film)}
    return film


@family
def other_rate(rng):
    film = Film(rng)
    film.clock = {c: (rng.uniform(-2, 2) / FPS, 1.0, 0) for c in others(rng, film)}
    film.clock[int(rng.integers(1, len(film.poses)))] = (0.0, 30 / 29.83, 0)
    return film


@family
def rolling(rng):
    film = Film(rng)
    film.clock = {c: (rng.uniform(-0.5, 0.5) / FPS * (c > 0), 1,
                      rng.choice([-1, 1]) * rng.uniform(0.005, 0.03))
                  for c in range(len(film.poses))}
    return film


@family
def frames_lost(rng):
    film = Film(rng)
    film.clock = {c: (rng.uniform(-0.5, 0.5) / FPS, 1, 0) for c in others(rng, film)}
    who = int(rng.integers(1, len(film.poses)))
    film.lost = {who: [(int(film.count * k), int(rng.choice([1, 1, 1, 2, 5])))
                       for k in sorted(rng.uniform(0.15, 0.85, int(rng.integers(1, 4))))]}
    return film


@family
def all_together(rng):
    film = Film(rng)
    film.clock = {c: (rng.uniform(-4, 4) / FPS * (c > 0), 1 + rng.uniform(-1e-4, 1e-4) * (c > 0),
                      rng.uniform(0.005, 0.03)) for c in range(len(film.poses))}
    film.lost = {1: [(int(film.count * rng.uniform(0.3, 0.7)), 1)]}
    return film


def run(calib, folder, *arguments):
    started = time.perf_counter()
    done = subprocess.run([calib, *arguments], cwd=folder, capture_output=True, text=True, timeout=600)
    return done, time.perf_counter() - started


def solve(calib, film, folder):
    """The cameras that calib solves, its data, and the seconds of both stages."""
    trust.write_observations(film, folder / "observations.yaml")
    first, a = run(calib, folder, "intrinsics", "observations.yaml", "-o", "intrinsics.yaml", "-j", "1",
                   "--force")
    second, b = run(calib, folder, "extrinsics", "observations.yaml", "--calibration",
                    "intrinsics.yaml", "-o", "calibration.yaml", "-j", "1", "--force")
    if not (folder / "calibration.yaml").exists():
        return None, {"stderr": first.stderr + second.stderr}, a, b
    data, cameras, _, _ = trust.read_calibration(folder / "calibration.yaml")
    data["stderr"] = second.stderr
    return cameras, data, a, b


def rms(values):
    return float(np.sqrt(np.mean(np.square(values)))) if len(values) else math.nan


def errors(film, cameras):
    """The RMS errors of focal lengths (relative), rotations (mdeg) and centers (mm)."""
    f, turn_error, center_error = [], [], []
    for i, (turn, place) in enumerate(film.poses):
        camera = cameras.get(f"cam{i}")
        if not camera:
            continue
        f.extend(camera["lens"].f / film.lenses[i].f - 1)
        if i == 0 or camera["pose"] is None:
            continue
        turn_error.append(np.linalg.norm(trust.rotation_vector(camera["pose"][0] @ turn.T)) * 57295.8)
        center_error.append(1000 * np.linalg.norm(
            -camera["pose"][0].T @ camera["pose"][1] + turn.T @ place))

    return rms(f), rms(turn_error), rms(center_error)


def draw(calib, name, seed, keep):
    def made(plain):
        rng = np.random.default_rng([seed, sorted(FAMILIES).index(name)])
        film = FAMILIES[name](rng)
        if plain:
            film.clock, film.lost = {}, {}
        return film
    result = {"family": name, "seed": seed}
    with tempfile.TemporaryDirectory() as temporary:
        for plain in (True, False):
            folder = pathlib.Path(keep or temporary) / f"{name}_{seed}" / ("plain" if plain else "film")
            folder.mkdir(parents=True, exist_ok=True)
            film = made(plain)
            cameras, data, a, b = solve(calib, film, folder)
            key = "plain" if plain else "film"
            result[key] = {"intrinsics_s": a, "extrinsics_s": b, "verdict": (data.get("quality") or {}).get("verdict"),
                           "errors": errors(film, cameras) if cameras else None,
                           "stderr": data.get("stderr", "")[-600:]}
        result["speed"], result["cameras"], result["frames"] = film.film_speed, len(film.poses), film.count
        times = []
        base = film.clock.get(0, (0, 1, 0))
        found = {n: c.get("time") for n, c in (data.get("cameras") or {}).items()}
        for i in range(len(film.poses)):
            offset, rate, readout = film.clock.get(i, (0, 1, 0))
            jumps = film.lost.get(i, [])
            times.append({"camera": i, "true": (offset - base[0], rate, readout / film.size[1]),
                          "height": film.size[1], "jumps": jumps, "found": found.get(f"cam{i}")})
        result["times"] = times
    return result


def measure_times(times, scores):
    """Adds the errors of the times that were found for the cameras of one film."""
    for t in times:
        found = t["found"] or {}
        std = found.get("std", {})
        true_offset, true_rate, true_delay = t["true"]
        delay_error = found.get("line_delay_s", 0) - true_delay
        if t["camera"]:
            scores["offset"].append(found.get("offset_s", 0) - true_offset)
            scores["rate"].append(found.get("rate", 1) - true_rate)
        scores["readout"].append(delay_error / abs(true_delay) if true_delay else delay_error * t["height"])
        for key, true in (("offset_s", true_offset), ("rate", true_rate), ("line_delay_s", true_delay)):
            if std.get(key):
                scores["z " + key].append((found[key] - true) / std[key])
        # Where no two cameras see the board, the place of a lost frame cannot be told: their number can.
        lost = sum(n for _, n in t["jumps"])
        scores["lost"].append(lost == sum(jump["frames"] for jump in found.get("jumps", [])))


HEADER = ("family | offset, ms | rate, ppm | readout, % | sigmas: offset, rate, readout | lens, rotation, position "
          "over in step | time over in step | frame numbers right | good, usable, poor, refused")


def summarize(name, draws):
    scores = collections.defaultdict(list)
    ratios, cost = [], []
    for d in draws:
        measure_times(d["times"], scores)
        if d["film"]["errors"] and d["plain"]["errors"]:
            ratios.append([a / b for a, b in zip(d["film"]["errors"], d["plain"]["errors"])])
            cost.append(d["film"]["extrinsics_s"] / d["plain"]["extrinsics_s"])
    verdicts = [sum(d["film"]["verdict"] == v for d in draws) for v in ("good", "usable", "poor", None)]
    columns = [
        name.replace("_", " "), f"{1e3 * rms(scores['offset']):.4f}", f"{1e6 * rms(scores['rate']):.2f}",
        f"{100 * rms(scores['readout']):.2f}",
        ", ".join(f"{rms(scores['z ' + k]):.1f}" for k in ("offset_s", "rate", "line_delay_s")),
        ", ".join(f"{x:.2f}" for x in np.sqrt((np.array(ratios)**2).mean(0))) if ratios else "-",
        f"{np.median(cost):.1f}" if cost else "-",
        f"{sum(scores['lost'])} of {len(scores['lost'])}", ", ".join(map(str, verdicts))]
    print("| " + " | ".join(columns).replace("nan", "-") + " |", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("calib")
    parser.add_argument("--draws", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--keep")
    parser.add_argument("--seconds", type=float, help="the length of every film")
    parser.add_argument("--json")
    a = parser.parse_args()
    global SECONDS
    SECONDS = (a.seconds, a.seconds) if a.seconds else SECONDS
    names = a.only.split(",") if a.only else list(FAMILIES)
    calib = str(pathlib.Path(a.calib).resolve())
    print("| " + HEADER + " |\n" + "|---" * 9 + "|", flush=True)
    everything = []
    with concurrent.futures.ProcessPoolExecutor(a.jobs) as pool:
        for name in names:
            draws = list(pool.map(draw, [calib] * a.draws, [name] * a.draws,
                                  range(a.seed, a.seed + a.draws), [a.keep] * a.draws))
            summarize(name, draws)
            everything += draws
            if a.json:
                pathlib.Path(a.json).write_text(json.dumps(everything, indent=1))


if __name__ == "__main__":
    main()
