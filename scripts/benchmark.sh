#!/usr/bin/env bash
# Measures calib beside python-opencv on one synthetic four-camera set, in one run. Needs python3-opencv for the anchors.
# usage: scripts/benchmark.sh [FOLDER]      (default: a temporary one)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
calib=$PWD/build/release/calib
[ -x "$calib" ] || scripts/setup.sh
folder=${1:-$(mktemp -d)}

"$calib" synth --frames 40 --board 11x8 --square 30mm -o "$folder/set" --force
if python3 -c 'import cv2' 2>/dev/null; then python=python3; else python=/usr/bin/python3; fi
"$python" tests/benchmark/opencv_anchor.py "$folder/set" 11 8

for detector in opencv fast; do
  for jobs in 1 2; do
    echo "calib detect --detector $detector -j $jobs"
    "$calib" detect "$folder/set" --board 11x8 --square 30mm --detector "$detector" -j "$jobs" --stats \
      -o "$folder/$detector.yaml" --force | tail -1
  done
  "$calib" intrinsics "$folder/$detector.yaml" -o "$folder/$detector.intrinsics.yaml" --force -q
  echo "calib extrinsics from the corners of $detector"
  "$calib" extrinsics "$folder/$detector.yaml" --calibration "$folder/$detector.intrinsics.yaml" --force \
    -o "$folder/$detector.calibration.yaml" --json | grep '"seconds"'
  "$calib" compare "$folder/$detector.calibration.yaml" "$folder/set/truth.yaml"
done
