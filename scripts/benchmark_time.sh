#!/usr/bin/env bash
# Measures how well calib finds the clocks of cameras that are not in step: random films of a moving board with known times, for the
# section on time of tests/benchmark/README.md. Ten films of 40 to 60 s a family take about three hours on two cores.
# usage: scripts/benchmark_time.sh [FILMS [SEED [SECONDS]]]      (default: 10 films a family, from seed 1, of 40 to 60 s)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
calib=${CALIB:-$PWD/build/release/calib}
export OPENBLAS_NUM_THREADS=1
exec /usr/bin/python3 tests/benchmark/out_of_step.py "$calib" --draws "${1:-10}" --seed "${2:-1}" ${3:+--seconds "$3"}
