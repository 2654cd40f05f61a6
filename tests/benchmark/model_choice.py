#!/usr/bin/env python3
"""Is the lens model that `--model auto` chooses the best one, and what does the choice cost?

usage: model_choice.py CALIB [--only NAME,...] [--keep FOLDER] [--runs N] [--models NAME,...] [--each] [observations.yaml ...]

Draws recordings of four cameras with true corners (`calib synth`) of many lens models, adds noise to
their corners, and takes the given observations too. For each set it prints, of the camera for which
it is the largest, the held-out error of the chosen model over that of the best fixed model
(`calib evaluate`, four folds), and the time of `--model auto` over that of `--model opencv5`: medians
of N runs side by side.
"""
import argparse
import json
import math
import pathlib
import random
import resource
import statistics
import subprocess
import tempfile
import time

MODELS = ["pinhole", "opencv4", "opencv5", "opencv8", "opencv12", "opencv14", "fisheye", "eucm",
          "double_sphere", "omni", "splined"]


def waves(x, y):
    """Waves of a quarter of a pixel, which no formula of a lens describes."""
    return x + 0.25 * math.sin(y / 60 + 1), y + 0.25 * math.sin(x / 70 + y / 140)


def flat_pixels(x, y):
    return x, 0.8 * y + 40


# name: (frames, noise in pixels, change of the corners, flags of `calib synth`)
SETS = {
    "pinhole": (40, 0.1, None, ["--model", "pinhole", "--fov-deg", "60"]),
    "opencv4": (40, 0.05, None, ["--model", "opencv4", "--fov-deg", "70"]),
    "opencv5": (40, 0.1, None, []),
    "opencv5_flat_pixels": (40, 0.1, flat_pixels, []),
    "opencv8": (40, 0.05, None, ["--model", "opencv8", "--fov-deg", "100"]),
    "opencv14": (40, 0.03, None, ["--model", "opencv14", "--fov-deg", "80"]),
    "fisheye_120": (40, 0.1, None, ["--model", "fisheye", "--fov-deg", "120"]),
    "fisheye_150": (40, 0.05, None, ["--model", "fisheye", "--fov-deg", "150"]),
    "double_sphere_140": (40, 0.1, None, ["--model", "double_sphere", "--fov-deg", "140"]),
    "omni_160": (40, 0.1, None, ["--model", "omni", "--fov-deg", "160"]),
    "waves": (40, 0.05, waves, ["--fov-deg", "90"]),
    "opencv5_640": (160, 0.1, None, []),
    "fisheye_150_640": (160, 0.1, None, ["--model", "fisheye", "--fov-deg", "150"]),
    "opencv5_8_frames": (8, 0.1, None, []),
}


def draw(calib, name, folder):
    frames, noise, change, flags = SETS[name]
    path = folder / f"{name}.yaml"
    if path.exists():
        return path
    with tempfile.TemporaryDirectory() as raw:
        subprocess.run([calib, "synth", "--frames", str(frames), "--noise", "0", "--seed", "7", "-o",
                        f"{raw}/set", "--force", "-q", *flags], check=True)
        lines = pathlib.Path(f"{raw}/set/observations.yaml").read_text().splitlines()
    generator = random.Random(1)
    out, inside = [], False
    for line in lines:
        if inside and line.startswith("      "):
            corner, x, y = line.split()
            x, y = change(float(x), float(y)) if change else (float(x), float(y))
            line = f"      {corner} {x + generator.gauss(0, noise):.6f} {y + generator.gauss(0, noise):.6f}"
        inside = inside and line.startswith("      ") or line == "    corners: |"
        out.append(line)
    path.write_text("\n".join(out) + "\n")
    return path


def solve(calib, observations, model, result):
    """Seconds of `calib intrinsics`, and of CPU; None if it gives no result."""
    start, before = time.time(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    done = subprocess.run([calib, "intrinsics", observations, "--model", model, "-o", result,
                           "--force", "-q"], capture_output=True)
    if done.returncode not in (0, 1) or not result.exists():
        return None
    cpu = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    return time.time() - start, cpu


def heldout(calib, observations, result):
    """For each camera its model and the mean error of held-out views; empty without a result."""
    done = subprocess.run([calib, "evaluate", result, observations, "--json"], capture_output=True)
    if not done.stdout:
        return {}
    return {name: (camera["model"], camera["heldout_px"]["own_pose"]["mean"])
            for name, camera in json.loads(done.stdout)["cameras"].items()
            if camera.get("heldout_px", {}).get("own_pose", {}).get("corners", 0)}


def fixed_errors(calib, observations, models, folder, cache):
    """{model: {camera: (model, error)}}; kept in the file `cache`."""
    known = json.loads(cache.read_text()) if cache.exists() else {}
    for model in models:
        if model in known:
            continue
        result = folder / "fixed.yaml"
        result.unlink(missing_ok=True)
        known[model] = (heldout(calib, observations, result)
                        if solve(calib, observations, model, result) else {})
        cache.write_text(json.dumps(known))
    return {model: known[model] for model in models}


def measure(calib, observations, models, runs, folder):
    fixed = fixed_errors(calib, observations, models, folder,
                         folder / (observations.stem + ".fixed.json"))
    result = folder / "auto.yaml"
    times = {"auto": [], "opencv5": []}
    for _ in range(runs):
        for model, of_model in times.items():
            of_model.append(solve(calib, observations, model, folder / f"{model}.yaml"))
    chosen = heldout(calib, observations, result)
    worst, text = 0, []
    for camera, (model, error) in chosen.items():
        best = min((f[camera][1], m) for m, f in fixed.items() if camera in f)
        worst = max(worst, error / best[0])
        text.append(f"{camera}: {model} {error:.4f} (best {best[1]} {best[0]:.4f})")
    ratios = []
    for kind in range(2):
        median = {model: statistics.median(each[kind] for each in of if each) if any(of) else math.nan
                  for model, of in times.items()}
        ratios.append(median["auto"] / median["opencv5"])
        seconds = median["opencv5"]
    names = sorted({model for model, _ in chosen.values()})
    print(f"| {observations.stem} | {', '.join(names)} | {100 * (worst - 1):+.2f} % | "
          f"{seconds:.2f} s | {ratios[0]:.2f} | {ratios[1]:.2f} |", flush=True)
    return text


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("calib")
    parser.add_argument("observations", nargs="*", type=pathlib.Path)
    parser.add_argument("--only", help="names of sets, or none")
    parser.add_argument("--keep", type=pathlib.Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--models", default=",".join(MODELS), help="the fixed ones")
    parser.add_argument("--each", action="store_true", help="print every camera")
    arguments = parser.parse_intermixed_args()
    folder = arguments.keep or pathlib.Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    names = arguments.only.split(",") if arguments.only else list(SETS)
    paths = [draw(arguments.calib, name, folder) for name in names if name in SETS]
    print("| set | chosen | held out, against the best fixed one | CPU of opencv5 | time, against opencv5 "
          "| CPU |\n|---|---|---|---|---|---|")
    for path in paths + arguments.observations:
        text = measure(arguments.calib, path, arguments.models.split(","), arguments.runs, folder)
        if arguments.each:
            print("\n".join(text), flush=True)


main()
