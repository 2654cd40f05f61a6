#!/usr/bin/env bash
# Feeds every reader and the corner finder with mutations of tests/fuzz/corpus until something breaks.
# Usage: scripts/fuzz.sh [SECONDS] [TARGET...]     20 seconds each, all targets; one process a core.
# What breaks one is left in build/fuzz/findings; copied into the corpus it is a test.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/apt.sh
. scripts/apt.sh

seconds=${1:-20}
[[ $seconds =~ ^[0-9]+$ ]] || fail "SECONDS must be a whole number, found '$seconds'"
shift $(($# > 0))
command -v clang++ >/dev/null || fail "clang++ is missing: apt-get install clang"
cmake --preset fuzz >/dev/null
cmake --build --preset fuzz --target calib_fuzz

targets=("$@")
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(ls tests/fuzz/corpus)
mkdir -p build/fuzz/findings
fuzz() {
  local target=$1 log=build/fuzz/$1.log
  mkdir -p "build/fuzz/corpus/$target" # what it learns stays there for the next time
  if CALIB_FUZZ=$target build/fuzz/calib_fuzz "build/fuzz/corpus/$target" "tests/fuzz/corpus/$target" \
    -max_total_time="$seconds" -timeout=30 -rss_limit_mb=4096 -print_final_stats=1 \
    -artifact_prefix="build/fuzz/findings/$target-" >"$log" 2>&1; then
    echo "$target: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") runs in $seconds s, no finding"
  else
    echo "$target: FOUND something: see $log" >&2
    return 1
  fi
}
export -f fuzz
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
export seconds
printf '%s\n' "${targets[@]}" | xargs -P "$(nproc)" -I{} bash -c 'fuzz {}'
