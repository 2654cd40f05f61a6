#!/usr/bin/env bash
# Installs, builds, and calibrates the four-camera rig of data/demo_composite.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/setup.sh

arguments=(run data/demo_composite --layout 2x2 --board 11x8 --square 30mm -o out/demo)
echo
echo "\$ calib ${arguments[*]}"
build/release/calib "${arguments[@]}"

cat <<END

The result is in $PWD/out/demo:
  calibration.yaml     lenses and poses of the four cameras, and how good they are
  rectification.yaml   the rectified pairs; their maps, images and previews are beside it
  observations.yaml    the corners that were found
The same with your own frames: build/release/calib run --help
END
