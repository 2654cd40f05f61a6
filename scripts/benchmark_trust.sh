#!/usr/bin/env bash
# Measures whether what calib says of its results is true: random rigs of every family of tests/benchmark/trust_families.py, each
# with known truth, for the section on trust of tests/benchmark/README.md. Takes about eight minutes on two cores.
# usage: scripts/benchmark_trust.sh [DRAWS [SEED]]      (default: 24 draws a family, from seed 1001)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
calib=${CALIB:-$PWD/build/release/calib}
export OPENBLAS_NUM_THREADS=1
exec /usr/bin/python3 tests/benchmark/trust.py "$calib" --draws "${1:-24}" --seed "${2:-1001}"
