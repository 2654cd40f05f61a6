#!/usr/bin/env bash
# Installs the packages, builds, and runs the tests.
# Usage: scripts/test.sh                all tests except those with the label `slow`, which take minutes
#        scripts/test.sh --all          all tests, after fetching what they need: a browser, Snakemake, the tools of clang, pictures
#        scripts/test.sh -R camera      the tests that these arguments of ctest select
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

what=tests
selection=("$@")
case ${1:-} in
  "") selection=(--label-exclude '^slow$') ;;
  --all)
    what=all
    selection=("${@:2}")
    ;;
esac
scripts/setup.sh "$what"
if [ "$what" = all ]; then scripts/sample_data.sh; fi
exec ctest --preset release --parallel "$(nproc)" "${selection[@]}"
