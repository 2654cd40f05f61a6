#!/usr/bin/env bash
# Installs the packages, builds calib, and calibrates the four-camera rig of data/demo.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/setup.sh

arguments=(run data/demo --layout 2x2 --board 11x8 --square 30mm -o out/demo)
echo
echo "\$ calib ${arguments[*]}"
build/release/calib "${arguments[@]}"

cat <<END

The result is in $PWD/out/demo:
  report.html          everything on one page: open it in a browser
  calibration.yaml     lenses and poses of the four cameras, and how good they are
  rectified/           rectification.yaml, maps and images of the rectified pairs
  observations.yaml    the corners that were found
The same with your own frames: build/release/calib run --help
END
