#!/usr/bin/env bash
# Installs the packages, builds, and runs all tests. Passes its arguments to ctest: scripts/test.sh -R camera
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/setup.sh
exec ctest --preset release --parallel 2 "$@"
