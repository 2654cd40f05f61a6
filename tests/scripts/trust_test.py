#!/usr/bin/env python3
"""A few fixed draws of the benchmark of trust: what calib says of its results is true.

usage: trust_test.py CALIB
"""
import os
import pathlib
import sys

os.environ["OPENBLAS_NUM_THREADS"] = "1"
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "benchmark"))
import trust  # noqa: E402

# Families, and one of the findings that each of their draws must have. None: no warning at all.
EXPECTED = {
    "clean_photos": None,
    "clean_many_frames": None,
    "printer_scale": {"board_shape_estimated"},
    "bent": {"board_shape_estimated"},
    "twisted": {"board_shape_estimated"},
    "s_shaped": {"errors_correlated"},
    "zoom_changed": {"lens_changed"},
    "camera_moved": {"camera_moved"},
    "slow_drift": {"camera_moved", "board_poses_disagree"},
    "subframe": {"time_offset"},
    "rolling_shutter": {"rolling_shutter"},
    "frame_lost": {"frames_lost"},
    "swapped_names": {"names_swapped"},
    "swapped_for_a_while": {"names_swapped"},
    "turned_pictures": {"pictures_turned"},
    "frames_of_another_day": {"moments_differ"},
    "shots_of_each_camera": {"frames_unrelated"},
    "shots_of_one_camera": {"frames_unrelated"},
    "mixed_rigs": {"recordings_mixed"},
    "correlated": {"errors_correlated"},
    "duplicates": {"errors_repeat"},
    "biased_by_view": {"board_poses_disagree"},
}
MUST_BE_RIGHT = {"clean_photos", "clean_many_frames", "printer_scale", "bent", "twisted",
                 "correlated", "duplicates", "biased_by_view"}
SEEDS = (1,)


def problems_of(draw):
    name, expected = draw["family"], EXPECTED[draw["family"]]
    if draw["verdict"] == "refused":
        # A rig that cannot even be begun is refused for the same reason.
        if expected == {"frames_unrelated"} and "not of the same moment" in draw["text"]:
            return []
        return [f"refused: {draw['text']}"]
    problems = []
    if trust.is_material(draw) or (draw["z"] > 4 and draw["verdict"] == "good"):
        problems.append(f"{draw['verdict']}, but {draw['worst']} is {draw['z']:.1f} sigmas off")
    if name in MUST_BE_RIGHT and draw["z"] > 4:
        problems.append(f"{draw['worst']} is {draw['z']:.1f} sigmas off")
    if expected is None and draw["said"]:
        problems.append(f"accused of {draw['said']}")
    if expected and not expected & {*draw["said"], *draw["notes"]}:
        problems.append(f"found {draw['said']}, expected one of {sorted(expected)}")
    return problems


def main():
    tasks = [(sys.argv[1], name, seed, "") for name in EXPECTED for seed in SEEDS]
    failed = 0
    for draw in map(trust.run_draw, tasks):
        for problem in problems_of(draw):
            failed += 1
            print(f"{draw['family']}, seed {draw['seed']}: {problem}")
    sys.exit(1 if failed else 0)


main()
