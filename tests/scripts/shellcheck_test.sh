#!/usr/bin/env bash
# Every shell script passes shellcheck. Usage: shellcheck_test.sh SHELLCHECK
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
{
  find scripts tests -name '*.sh'
  echo .ci/run
} | sort | xargs "$1" --external-sources
