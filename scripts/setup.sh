#!/usr/bin/env bash
# Installs the missing packages, builds the Release program, and prints its path. Idempotent, and fast if nothing has changed.
# Usage: scripts/setup.sh            the program, its man pages and its completions
#        scripts/setup.sh package    also the Python module: what `cpack -G DEB` puts into the Debian packages
#        scripts/setup.sh tests      also the tests
#        scripts/setup.sh all        also the packages of the tests that need a browser, Snakemake or the tools of clang
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/apt.sh
. scripts/apt.sh

configuration=()
case ${1:-program} in
  program)
    sections=(program)
    targets=(calib_program)
    # The tests need more packages. A build folder that already has the tests keeps them.
    [ -e build/release/CMakeCache.txt ] || configuration=(-DCALIB_BUILD_TESTS=OFF)
    ;;
  package)
    sections=(program python package)
    targets=(calib_program calib_python)
    configuration=(-DCALIB_BUILD_PYTHON=ON)
    [ -e build/release/CMakeCache.txt ] || configuration+=(-DCALIB_BUILD_TESTS=OFF)
    ;;
  tests)
    sections=(program python package tests)
    targets=(all)
    configuration=(-DCALIB_BUILD_PYTHON=ON -DCALIB_BUILD_TESTS=ON)
    ;;
  all)
    sections=(program python package tests ci)
    targets=(all)
    configuration=(-DCALIB_BUILD_PYTHON=ON -DCALIB_BUILD_TESTS=ON -DCALIB_REQUIRE_ALL_TESTS=ON)
    ;;
  *) fail "what to build is nothing, 'package', 'tests' or 'all', found '$1'" ;;
esac

mapfile -t packages < <(package_list "${sections[@]}")
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
quietly build/configure.log cmake --preset release "${configuration[@]}"
if [ -t 1 ]; then
  cmake --build --preset release --target "${targets[@]}"
else
  echo "Building (log: build/build.log)"
  quietly build/build.log cmake --build --preset release --target "${targets[@]}"
fi
echo "$PWD/build/release/calib"
