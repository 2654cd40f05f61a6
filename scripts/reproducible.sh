#!/usr/bin/env bash
# Builds the Release program twice from scratch, in different folders, time zones and locales, and compares the bytes.
# Needs the packages that scripts/setup.sh installs. Takes the time of two builds.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Builds a copy of the sources in folder $1 and prints the checksums.
build() {
  mkdir -p "$1"
  git ls-files -z | tar --null --files-from=- --create | tar --extract --directory="$1"
  cd "$1"
  export CCACHE_DISABLE=1
  cmake --preset release -DCALIB_BUILD_TESTS=OFF >configure.log
  cmake --build --preset release --target calib_app calib_codecs >build.log
  cd build/release
  sha256sum calib calib_codecs.so
}

(TZ=UTC LC_ALL=C build "$work/one") >"$work/first"
(TZ=Asia/Tokyo LC_ALL=C.UTF-8 build "$work/another folder/of the sources") >"$work/second"
cat "$work/first"
if ! cmp -s "$work/first" "$work/second"; then
  echo "reproducible.sh: the second build differs:" >&2
  cat "$work/second" >&2
  exit 1
fi
echo "Two builds, the same bytes."
