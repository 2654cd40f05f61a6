#!/usr/bin/env bash
# Runs clang-tidy on the program and the libraries, on all cores.
# Usage: scripts/tidy.sh [PATTERN]     only files whose path contains PATTERN, such as lib/camera
# Reads build/dev/compile_commands.json, or that of the build folder in the environment variable BUILD.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

build=${BUILD:-build/dev}
pattern=${1:-.}
command -v clang-tidy >/dev/null || { echo "tidy.sh: clang-tidy is missing: apt-get install clang-tidy" >&2; exit 1; }
[ -e "$build/compile_commands.json" ] || cmake --preset dev >/dev/null

files=$(find app lib -name '*.cpp' | grep -e "$pattern" | sort) ||
  { echo "tidy.sh: no file in app or lib matches '$pattern'" >&2; exit 1; }
# Ignore flags of GCC that clang does not know.
xargs -P "$(nproc)" -n 1 clang-tidy -p "$build" --quiet --warnings-as-errors='*' \
  --extra-arg=-Wno-unknown-warning-option <<<"$files" 2> >(grep -v ' warnings\? generated' >&2)
echo "clang-tidy: $(wc -l <<<"$files") files are clean"
