#!/usr/bin/env bash
# Runs clang-tidy on the program and the libraries, on all cores.
# Usage: scripts/tidy.sh [PATTERN]     only files whose path contains PATTERN, such as lib/camera
#        scripts/tidy.sh --changed     the sources that differ from origin/main; if none does, as in CI, those that the last
#                                      commit changed. It checks at most 6 of them, which takes about two minutes.
# Reads build/dev/compile_commands.json, or that of the build folder in the environment variable BUILD.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/apt.sh
. scripts/apt.sh

most_changed_files=6

# Prints the sources of the program and the libraries that differ from commit $1.
changed_since() {
  git diff --name-only --diff-filter=d "$1" -- 'app/*.cpp' 'lib/*.cpp' 2>/dev/null || true
}

command -v clang-tidy >/dev/null || fail "clang-tidy is missing: apt-get install clang-tidy"
if [ "${1:-}" = --changed ]; then
  files=$(changed_since origin/main)
  [ -n "$files" ] || files=$(changed_since HEAD~1)
  [ -n "$files" ] || { echo "clang-tidy: no source of app or lib was changed"; exit 0; }
  files=$(head -n "$most_changed_files" <<<"$files")
else
  files=$(find app lib -name '*.cpp' | grep -e "${1:-.}" | sort) || fail "no file in app or lib matches '$1'"
fi

build=${BUILD:-build/dev}
[ -e "$build/compile_commands.json" ] || cmake --preset dev >/dev/null
# Ignore flags of GCC that clang does not know.
xargs -P "$(nproc)" -n 1 clang-tidy -p "$build" --quiet --warnings-as-errors='*' \
  --extra-arg=-Wno-unknown-warning-option <<<"$files" 2> >(grep -v ' warnings\? generated' >&2)
echo "clang-tidy: $(wc -l <<<"$files") files are clean"
