#!/usr/bin/env bash
# Every stage on a small rig under valgrind: no invalid read or write, no decision on what was never set.
# usage: valgrind_test.sh VALGRIND PROGRAM
set -euo pipefail
valgrind=$1
program=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

watched() {
  "$valgrind" -q --error-exitcode=99 --leak-check=no "$program" "$@" -q >/dev/null || {
    echo "valgrind: calib $* ended with $?" >&2
    exit 1
  }
}

"$program" synth --cameras 2 --frames 8 --size 320x240 --partial 0 --board 7x4 --square 40mm --composite 1x2 -o synth -q
watched crop synth/composite --layout 1x2 -o images
watched detect images --board 7x4 --square 40mm -j1 -o observations.yaml
watched intrinsics observations.yaml -j1 -o intrinsics.yaml
watched extrinsics observations.yaml --calibration intrinsics.yaml -j1 -o calibration.yaml
watched evaluate calibration.yaml observations.yaml
watched compare calibration.yaml synth/truth.yaml
watched rectify calibration.yaml --images images --observations observations.yaml -j1 -o rectified
watched report calibration.yaml observations.yaml -o report.html
watched export calibration.yaml --format ros -o ros
watched info calibration.yaml
