#!/usr/bin/env bash
# Installs, builds, and runs the tests.
# usage: scripts/test.sh                all tests but those with the label `slow`, which take minutes
#        scripts/test.sh --all          all tests, after fetching what they need: a browser, Snakemake, clang's tools, pictures
#        scripts/test.sh -R camera      what these arguments of ctest select
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
