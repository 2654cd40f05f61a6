#!/usr/bin/env bash
# What `cmake --install` leaves: the program with its man pages and completions, and enough for a program outside:
# find_package(calib), link, run.
# Usage: install_test.sh CMAKE BUILD_FOLDER CXX_COMPILER
set -euo pipefail
cmake=$1 build=$2 compiler=$3
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$cmake" --install "$build" --prefix "$work/prefix" >"$work/install.log" ||
  { cat "$work/install.log"; exit 1; }
"$work/prefix/bin/calib" --version

# Nothing that is installed names the folder of its sources: built anywhere, it has the same bytes.
if grep -rlF "$(cd "$here/../.." && pwd)" "$work/prefix"; then
  echo "These files name the folder of the sources."
  exit 1
fi

# The Python package, if it was built.
module=$(echo "$work"/prefix/lib/python3*/dist-packages)
if [ -d "$build/python/calib" ]; then
  PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$module /usr/bin/python3 -c 'import calib; print(calib.__file__, calib.__version__)'
fi

# Every command's man page, and a completion for each shell.
share=$work/prefix/share
commands=$("$work/prefix/bin/calib" --help | sed -n '/^Subcommands:/,/^$/s/^  \([a-z]*\) .*/\1/p')
[ "$(wc -w <<<"$commands")" -ge 10 ]
for command in $commands; do
  test -s "$share/man/man1/calib-$command.1"
done
test -s "$share/man/man1/calib.1"
test -s "$share/bash-completion/completions/calib"
test -s "$share/zsh/site-functions/_calib"
test -s "$share/fish/vendor_completions.d/calib.fish"

# The programs of docs/cpp-library.md: block number $1 of the language $2.
block() {
  awk -v wanted="$1" -v fence="\`\`\`$2" '
    $0 == fence { inside = ++count == wanted; next }
    /^```/ { inside = 0 }
    inside' "$here/../../docs/cpp-library.md"
}
mkdir "$work/consumer"
block 1 cmake >"$work/consumer/CMakeLists.txt"
block 1 cpp >"$work/consumer/locate.cpp"
block 2 cpp >"$work/consumer/solve_lens.cpp"
cp "$here/stable_names.cpp" "$work/consumer"
cat >>"$work/consumer/CMakeLists.txt" <<END
add_library(stable_names OBJECT stable_names.cpp)
target_link_libraries(stable_names PRIVATE calib::calib)
END
"$cmake" -S "$work/consumer" -B "$work/consumer/build" -G Ninja -DCMAKE_BUILD_TYPE=Release \
  -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_PREFIX_PATH="$work/prefix"
"$cmake" --build "$work/consumer/build"
"$work/consumer/build/locate" "$here/../../data/demo_truth.yaml"
"$work/consumer/build/solve_lens"
