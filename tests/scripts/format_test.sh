#!/usr/bin/env bash
# All C++ is as .clang-format has it. Usage: format_test.sh CLANG_FORMAT
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
find app lib python tests -name '*.cpp' -o -name '*.hpp' | sort |
  xargs "$1" --dry-run --Werror
