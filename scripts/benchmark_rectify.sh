#!/usr/bin/env bash
# Measures rectification and the usual python-opencv loop, and the row errors with true corners, in one run, for the section on
# rectification of tests/benchmark/README.md. Skips the parts that need python3-opencv if it is not installed.
# usage: scripts/benchmark_rectify.sh [FOLDER]      (default: a temporary one)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
calib=${CALIB:-$PWD/build/release/calib}
bench=${BENCH:-$PWD/build/dev}
folder=${1:-$(mktemp -d)}
python=""
for candidate in python3 /usr/bin/python3; do
  if [ -z "$python" ] && "$candidate" -c 'import cv2, yaml' 2>/dev/null; then python=$candidate; fi
done

echo "== 160 images, 1280x720: maps, decode, warp, encode (PNG to PNG), five times in turn"
"$calib" synth --cameras 2 --frames 80 -o "$folder/pair" --force -q
for round in 1 2 3 4 5; do
  for jobs in 1 2; do
    start=$(date +%s.%N)
    "$calib" rectify "$folder/pair/truth.yaml" --images "$folder/pair" --maps none -j "$jobs" -o "$folder/rectified" --force -q
    echo "round $round: calib rectify -j $jobs: $(echo "$(date +%s.%N) - $start" | bc) s, whole process"
  done
  if [ -n "$python" ]; then
    "$python" tests/benchmark/rectify_anchor.py "$folder/pair" "$folder/rectified" "$folder/pair/truth.yaml" "$folder/loop"
  fi
done

if [ -x "$bench/calib_warp_benchmark" ]; then
  echo "== the warp alone, one thread"
  "$bench/calib_warp_benchmark"
fi

echo "== row errors of frames that the solve has not seen, true corners (four cameras, 40 + 40 frames)"
for seed in 1 2 3; do
  set=$folder/held$seed
  "$calib" synth --frames 80 --seed "$seed" -o "$set" --force -q
  python3 - "$set/observations.yaml" "$folder" <<'PYTHON'
import pathlib, re, sys
text = pathlib.Path(sys.argv[1]).read_text()
head, *views = re.split(r"(?m)^(?=  - camera: )", text)
late = [view for view in views if int(re.search(r"frame: (\d+)", view)[1]) >= 40]
tail = re.search(r"(?ms)^\S.*\Z", views[-1])
if tail and late[-1] is not views[-1]:
    late.append(tail[0])
pathlib.Path(sys.argv[2], "unseen.yaml").write_text(head + "".join(late))
PYTHON
  for camera in cam0 cam1 cam2 cam3; do rm -f "$set/$camera"/00[4-7]?.png; done
  "$calib" detect "$set" --board 11x8 --square 30mm -o "$set.yaml" --force -q
  "$calib" extrinsics "$set.yaml" -o "$set.rig.yaml" --force -q
  "$calib" rectify "$set.rig.yaml" --observations "$folder/unseen.yaml" --maps none -o "$folder/rows" --force
done

if [ -d data/opencv_stereo ] && [ -n "$python" ]; then
  echo "== OpenCV's stereo sample: the same calibration, the same corners, 640x480"
  for detector in fast opencv; do
    "$calib" run data/opencv_stereo --board 9x6 --square 25mm --detector "$detector" -o "$folder/$detector" -q
    "$calib" rectify "$folder/$detector/calibration.yaml" --observations "$folder/$detector/observations.yaml" \
      --size 640x480 --maps none -o "$folder/rows" --force
    "$python" tests/benchmark/row_error_anchor.py "$folder/$detector/calibration.yaml" \
      "$folder/$detector/observations.yaml" cam0 cam1
  done
fi
