#!/usr/bin/env bash
# Runs clang-tidy on the program and the libraries, on all cores.
# Usage: scripts/tidy.sh [PATTERN]     only files whose path contains PATTERN, such as lib/camera
#        scripts/tidy.sh --changed     the files that differ from origin/main, or where nothing differs (as in CI) from the
#                                      commit before; at most 6 of them, so that it takes two minutes at most
# Reads build/dev/compile_commands.json, or that of the build folder in the environment variable BUILD.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

build=${BUILD:-build/dev}
command -v clang-tidy >/dev/null || { echo "tidy.sh: clang-tidy is missing: apt-get install clang-tidy" >&2; exit 1; }
[ -e "$build/compile_commands.json" ] || cmake --preset dev >/dev/null

# Prints the sources of the program and the libraries that differ from commit $1.
changed_since() {
  git diff --name-only --diff-filter=d "$1" -- 'app/*.cpp' 'lib/*.cpp' 2>/dev/null || true
}

if [ "${1:-}" = --changed ]; then
  files=$(changed_since origin/main)
  [ -n "$files" ] || files=$(changed_since HEAD~1)
  files=$(head -6 <<<"$files")
  [ -n "$files" ] || { echo "clang-tidy: no source of the program has changed"; exit 0; }
else
  pattern=${1:-.}
  files=$(find app lib -name '*.cpp' | grep -e "$pattern" | sort) ||
    { echo "tidy.sh: no file in app or lib matches '$pattern'" >&2; exit 1; }
fi
# Ignore flags of GCC that clang does not know.
xargs -P "$(nproc)" -n 1 clang-tidy -p "$build" --quiet --warnings-as-errors='*' \
  --extra-arg=-Wno-unknown-warning-option <<<"$files" 2> >(grep -v ' warnings\? generated' >&2)
echo "clang-tidy: $(wc -l <<<"$files") files are clean"
