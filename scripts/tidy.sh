#!/usr/bin/env bash
# Runs clang-tidy over the program and the libraries, on all cores.
# Usage: scripts/tidy.sh [PATTERN]     only files whose path has PATTERN, such as lib/camera
# Reads build/dev/compile_commands.json; BUILD=FOLDER names another build folder.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

build=${BUILD:-build/dev}
pattern=${1:-.}
command -v clang-tidy >/dev/null || { echo "tidy.sh: clang-tidy is missing: apt-get install clang-tidy" >&2; exit 1; }
[ -e "$build/compile_commands.json" ] || cmake --preset dev >/dev/null

files=$(find app lib -name '*.cpp' | grep -e "$pattern" | sort) ||
  { echo "tidy.sh: no file in app or lib matches '$pattern'" >&2; exit 1; }
# The compiler's flags that clang does not know are none of its business.
xargs -P "$(nproc)" -n 1 clang-tidy -p "$build" --quiet --warnings-as-errors='*' \
  --extra-arg=-Wno-unknown-warning-option <<<"$files" 2> >(grep -v ' warnings\? generated' >&2)
echo "clang-tidy: $(wc -l <<<"$files") files are clean"
