#!/usr/bin/env bash
# Measures how long building and testing take, without ccache, in a clean clone: the section on build and test times of
# tests/benchmark/README.md. The packages must be installed (scripts/setup.sh all). Nothing else should run meanwhile.
# Usage: scripts/benchmark_build.sh [FOLDER]      (default: a temporary one)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
folder=${1:-$(mktemp -d)}
export CCACHE_DISABLE=1

measure() {
  local what=$1 start
  start=$(date +%s)
  shift
  "$@" >>"$folder/benchmark_build.log" 2>&1
  echo "$what: $(($(date +%s) - start)) s"
}
touch_and_test() {
  touch lib/solve/robust_adjust.cpp
  cmake --build --preset release --target calib_solve_tests
  build/release/calib_solve_tests
}

git clone --quiet . "$folder/demo"
git clone --quiet . "$folder/all"
(cd "$folder/demo" && measure "scripts/demo.sh" scripts/demo.sh)
cd "$folder/all"
measure "full build" scripts/setup.sh tests
measure "scripts/test.sh after the build" scripts/test.sh
measure "one file of lib/solve touched, its tests built and run" touch_and_test
