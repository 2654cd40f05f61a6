#!/usr/bin/env bash
# Measures calib and other detectors on synthetic four-camera sets in one run, for the tables of tests/benchmark/README.md.
# Skips the other detectors if python3-opencv or mrgingham is not installed.
# usage: scripts/benchmark.sh [FOLDER]      (default: a temporary one)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
scripts/setup.sh >/dev/null
calib=$PWD/build/release/calib
folder=${1:-$(mktemp -d)}
accuracy() { python3 tests/benchmark/corner_accuracy.py "$1" "$2/observations.yaml"; }
detect() { "$calib" detect "$folder/$1" --board "$2" --square 30mm -o "$folder/$1.yaml" --force --stats "${@:3}" | tail -1; }

echo "== 160 images, 1280x720, 11x8, noise 2, blur 0.7, 13 % cut"
"$calib" synth --frames 40 --partial 0.13 -o "$folder/set" --force -q
if python3 -c 'import cv2' 2>/dev/null; then python=python3; else python=/usr/bin/python3; fi
if "$python" -c 'import cv2' 2>/dev/null; then "$python" tests/benchmark/opencv_anchor.py "$folder/set" 11 8; fi
for detector in opencv fast; do
  for jobs in 1 2; do
    echo "calib detect --detector $detector -j $jobs"
    detect set 11x8 --detector "$detector" -j "$jobs"
  done
  accuracy "$folder/set.yaml" "$folder/set"
  "$calib" intrinsics "$folder/set.yaml" -o "$folder/intrinsics.yaml" --force -q
  echo "calib extrinsics from the corners of $detector"
  "$calib" extrinsics "$folder/set.yaml" --calibration "$folder/intrinsics.yaml" --force \
    -o "$folder/$detector.calibration.yaml" --json | grep '"seconds"'
  "$calib" compare "$folder/$detector.calibration.yaml" "$folder/set/truth.yaml"
done

echo "== 500 images of the same kind"
"$calib" synth --frames 125 --partial 0.13 -o "$folder/many" --force -q
for jobs in 1 2; do detect many 11x8 -j "$jobs"; done

echo "== noise 6, blur 1.4, 40 % cut"
"$calib" synth --frames 50 --seed 19 --partial 0.4 --noise 6 --blur-px 1.4 -o "$folder/noisy" --force -q
detect noisy 11x8
accuracy "$folder/noisy.yaml" "$folder/noisy"

echo "== fisheye of 150 degrees, 40 % cut"
"$calib" synth --frames 50 --seed 29 --partial 0.4 --model fisheye --fov-deg 150 -o "$folder/fisheye" --force -q
detect fisheye 11x8
accuracy "$folder/fisheye.yaml" "$folder/fisheye"

echo "== 90 % cut"
"$calib" synth --frames 60 --seed 9 --partial 0.9 -o "$folder/cut" --force -q
detect cut 11x8
accuracy "$folder/cut.yaml" "$folder/cut"

echo "== small squares: 320x180"
"$calib" synth --frames 20 --size 320x180 --blur-px 0.6 --partial 0 -o "$folder/small" --force -q
detect small 11x8
accuracy "$folder/small.yaml" "$folder/small"

echo "== 160 images of a 10x10 board"
"$calib" synth --board 10x10 --square 30mm --frames 40 --seed 31 -o "$folder/ten" --force -q
detect ten 10x10 -j 1
accuracy "$folder/ten.yaml" "$folder/ten"
if command -v mrgingham >/dev/null; then
  start=$(date +%s.%N)
  mrgingham --gridn 10 --jobs 1 "$folder/ten/cam*/*.png" >"$folder/ten.vnl"
  echo "mrgingham --gridn 10 --jobs 1: $(echo "$(date +%s.%N) - $start" | bc) s"
  python3 tests/benchmark/vnl_accuracy.py "$folder/ten.vnl" "$folder/ten/observations.yaml"
fi

if [ -x build/dev/calib_find_benchmark ]; then build/dev/calib_find_benchmark; fi
