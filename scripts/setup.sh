#!/usr/bin/env bash
# Installs the packages that are missing, builds the Release program, and prints its path. Quick when nothing has changed.
# usage: scripts/setup.sh            the program, with its man pages and completions
#        scripts/setup.sh tests      the usual tests too
#        scripts/setup.sh all        the tests too, with the packages of those that need a browser, Snakemake or clang's tools
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/apt.sh
. scripts/apt.sh

configuration=()
case ${1:-program} in
  program)
    sections=(program)
    target=calib_program
    # The tests need more packages. A build folder that already has the tests keeps them.
    [ -e build/release/CMakeCache.txt ] || configuration=(-DCALIB_BUILD_TESTS=OFF)
    ;;
  tests)
    sections=(program tests)
    target=all
    configuration=(-DCALIB_BUILD_TESTS=ON)
    ;;
  all)
    sections=(program tests ci)
    target=all
    configuration=(-DCALIB_BUILD_TESTS=ON -DCALIB_REQUIRE_ALL_TESTS=ON)
    ;;
  *) fail "what to build is nothing, 'tests' or 'all', found '$1'" ;;
esac

mapfile -t packages < <(package_list "${sections[@]}")
if command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; then
  install_missing "${packages[@]}"
else
  echo "There is no apt-get here. Needed, by their Debian 12 names: ${packages[*]}" >&2
fi

# Runs a step with its output in a log, which is shown when the step fails.
quietly() {
  local log=$1
  shift
  if ! "$@" >"$log" 2>&1; then
    cat "$log" >&2
    fail "'$*' failed; the log above is also in $PWD/$log"
  fi
}

mkdir -p build
quietly build/configure.log cmake --preset release "${configuration[@]}"
if [ -t 1 ]; then
  cmake --build --preset release --target "$target"
else
  echo "Building (log: build/build.log)"
  quietly build/build.log cmake --build --preset release --target "$target"
fi
echo "$PWD/build/release/calib"
