#!/usr/bin/env bash
# Measures the errors of the solve and of mrcal in one run, for the section on the solve of tests/benchmark/README.md. Skips
# mrcal if it is not installed, and the benchmark programs if the preset dev is not built.
# usage: scripts/benchmark_solve.sh [FOLDER [SEEDS]]      (default: a temporary folder, 10 seeds)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
calib=${CALIB:-$PWD/build/release/calib}
folder=${1:-$(mktemp -d)}
seeds=${2:-10}

echo "== the joint solve from the same corners, $seeds seeds (four cameras, 1280x720, 11x8, 40 frames, 13 % cut)"
for seed in $(seq "$seeds"); do
  set=$folder/seed$seed
  if [ ! -e "$set.yaml" ]; then
    "$calib" synth --frames 40 --partial 0.13 --seed "$seed" -o "$set" --force -q
    "$calib" detect "$set" --board 11x8 --square 30mm -o "$set.yaml" --force -q
  fi
  start=$(date +%s.%N)
  "$calib" extrinsics "$set.yaml" -o "$set.calib.yaml" --force -q
  echo "seed $seed: calib extrinsics, from corners to the rig: $(echo "$(date +%s.%N) - $start" | bc) s"
  "$calib" compare "$set.calib.yaml" "$set/truth.yaml" --json >"$set.calib.json"
  if command -v mrcal-calibrate-cameras >/dev/null; then
    if python3 tests/benchmark/mrcal_anchor.py "$set.yaml" "$set.mrcal.yaml" 2>"$set.mrcal.log"; then
      "$calib" compare "$set.mrcal.yaml" "$set/truth.yaml" --json >"$set.mrcal.json"
    else
      rm -f "$set.mrcal.json"
      echo "seed $seed: mrcal gave no result: $(tail -1 "$set.mrcal.log")"
    fi
  fi
done
python3 tests/benchmark/mean_errors.py "$folder"/seed*.calib.json
if ls "$folder"/seed*.mrcal.json >/dev/null 2>&1; then
  echo "the seeds that mrcal solved:"
  python3 tests/benchmark/mean_errors.py "$folder"/seed*.mrcal.json
  for json in "$folder"/seed*.mrcal.json; do echo "${json%.mrcal.json}.calib.json"; done |
    xargs python3 tests/benchmark/mean_errors.py
fi

bench=${BENCH:-$PWD/build/dev}
if [ -x "$bench/calib_solve_scaling" ]; then
  echo "== growth"
  "$bench/calib_solve_scaling"
  echo "== the predicted uncertainty against the scatter of 200 solves"
  "$bench/calib_uncertainty_sampling" 200 opencv5 grid
  "$bench/calib_uncertainty_sampling" 200 fisheye ring
  echo "== outlier views"
  "$bench/calib_robustness"
fi
echo "== 64 cameras x 1000 frames through calib extrinsics (100 frames, each ten times with other noise)"
"$calib" synth --cameras 64 --frames 100 --size 160x120 --baseline 20mm --partial 0 -o "$folder/large" --force -q
python3 tests/benchmark/repeat_frames.py 10 0.02 <"$folder/large/observations.yaml" >"$folder/large.yaml"
/usr/bin/time -f "%e s, %U s of CPU, %M kB" "$calib" extrinsics "$folder/large.yaml" \
  --calibration "$folder/large/truth.yaml" -o "$folder/large.calib.yaml" --force -q
if [ -d data/opencv_stereo ]; then
  echo "== OpenCV's stereo sample: mean error of held-out views, four folds"
  for detector in fast sb opencv; do
    "$calib" detect data/opencv_stereo --board 9x6 --square 25mm --detector "$detector" -o "$folder/cv.yaml" --force -q
    "$calib" intrinsics "$folder/cv.yaml" --model auto -o "$folder/cv.lenses.yaml" --force -q
    echo "$detector"
    "$calib" evaluate "$folder/cv.lenses.yaml" "$folder/cv.yaml" --json |
      python3 -c 'import json, sys
for name, camera in json.load(sys.stdin)["cameras"].items():
    print(f"  {name}: {camera[\"model\"]}, {camera[\"heldout_px\"][\"own_pose\"][\"mean\"]:.4f} px")'
  done
fi
