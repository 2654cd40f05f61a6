#!/usr/bin/env bash
# Installs the missing packages, builds the Release program, and prints its path.
# Idempotent, and fast if nothing has changed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/apt.sh
. scripts/apt.sh

mapfile -t packages < <(package_list scripts/packages.txt)
if command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; then
  install_missing "${packages[@]}"
else
  echo "There is no apt-get here. Needed, by their Debian 12 names: ${packages[*]}" >&2
fi

# Runs a step with its output in a log file, which is printed if the step fails.
quietly() {
  local log=$1
  shift
  if ! "$@" >"$log" 2>&1; then
    cat "$log" >&2
    fail "'$*' failed; the log above is also in $PWD/$log"
  fi
}

mkdir -p build
quietly build/configure.log cmake --preset release
if [ -t 1 ]; then
  cmake --build --preset release
else
  echo "Building (log: build/build.log)"
  quietly build/build.log cmake --build --preset release
fi
echo "$PWD/build/release/calib"
