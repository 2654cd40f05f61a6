#!/usr/bin/env bash
# Compares the forecast of `calib design` with what solves state and with their true errors, for the section on planning of
# tests/benchmark/README.md. Needs the benchmark programs of the preset dev; without them, it compares one recording of pictures.
# usage: scripts/benchmark_design.sh [RUNS]      (default: 100 solves a case)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
calib=${CALIB:-$PWD/build/release/calib}
bench=${BENCH:-$PWD/build/dev}
if [ -x "$bench/calib_design_benchmark" ]; then "$bench/calib_design_benchmark" "${1:-100}"; fi
exec python3 tests/benchmark/design_pictures.py "$calib"
