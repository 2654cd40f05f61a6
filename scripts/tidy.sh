#!/usr/bin/env bash
# Runs clang-tidy over the program and the libraries, on all cores.
# usage: scripts/tidy.sh [PATTERN]     the files whose path has PATTERN, such as lib/camera; all without it
#        scripts/tidy.sh --changed     the files that were changed last, at most eight, which takes about two minutes
# Changed are the files that differ from the branch origin/main, and on that branch those of its last ten commits; of more
# than eight those that were changed last are taken. A changed header is checked with the .cpp file of its name.
# Reads build/dev/compile_commands.json; BUILD=FOLDER names another build folder.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/apt.sh
. scripts/apt.sh

most_changed_files=8

# The .cpp files that were changed, those that were changed last first.
changed_files() {
  local base
  base=$(git merge-base HEAD origin/main 2>/dev/null) || base=""
  if [ -z "$base" ] || [ "$base" = "$(git rev-parse HEAD)" ]; then
    base=$(git rev-list --first-parent --max-count=11 HEAD | tail -1)
  fi
  {
    git diff --name-only HEAD
    git log --format= --name-only "$base..HEAD"
  } | sed 's/\.hpp$/.cpp/' | awk '/^(app|lib)\/.*\.cpp$/ && !seen[$0]++' |
    while read -r file; do if [ -e "$file" ]; then echo "$file"; fi; done
}

command -v clang-tidy >/dev/null || fail "clang-tidy is missing: apt-get install clang-tidy"
if [ "${1:-}" = --changed ]; then
  files=$(changed_files)
  [ -n "$files" ] || { echo "clang-tidy: no file of app or lib was changed"; exit 0; }
  echo "clang-tidy: $(wc -l <<<"$files") changed files, of which at most $most_changed_files are checked"
  files=$(head -n "$most_changed_files" <<<"$files")
else
  files=$(find app lib -name '*.cpp' | grep -e "${1:-.}" | sort) || fail "no file in app or lib matches '$1'"
fi

build=${BUILD:-build/dev}
[ -e "$build/compile_commands.json" ] || cmake --preset dev >/dev/null
# The compiler's flags that clang does not know are none of its business.
xargs -P "$(nproc)" -n 1 clang-tidy -p "$build" --quiet --warnings-as-errors='*' \
  --extra-arg=-Wno-unknown-warning-option <<<"$files" 2> >(grep -v ' warnings\? generated' >&2)
echo "clang-tidy: $(wc -l <<<"$files") files are clean"
