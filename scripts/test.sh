#!/usr/bin/env bash
# Installs, builds, and runs all tests. Arguments go to ctest: scripts/test.sh -R camera
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/setup.sh
exec ctest --preset release --parallel 2 "$@"
