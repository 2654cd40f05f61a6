#!/usr/bin/env bash
# Runs libFuzzer on every reader and on the corner detection, starting from tests/fuzz/corpus.
# Usage: scripts/fuzz.sh [SECONDS] [TARGET...]     default: 20 seconds for each of all targets; one process per core
# Inputs that cause a failure are written to build/fuzz/findings. Copy them to the corpus to make them tests.
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
  mkdir -p "build/fuzz/corpus/$target" # the inputs that it finds are kept for the next run
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
