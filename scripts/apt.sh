# shellcheck shell=bash
# Sourced by scripts that need Debian packages.

fail() {
  echo "$(basename "$0"): $*" >&2
  exit 1
}

# Runs a command as root: directly, or through sudo.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    fail "root is needed for '$*', and there is no sudo: run it as root, then this script again"
  fi
}

# The names in the given sections of scripts/packages.txt, such as: package_list program tests
package_list() {
  local list section
  list=$(dirname "${BASH_SOURCE[0]}")/packages.txt
  for section in "$@"; do
    awk -v section="[$section]" '/^\[/ { inside = $1 == section; next } inside && NF && !/^#/' "$list"
  done
}

# Those of the given packages that dpkg does not have.
missing_packages() {
  local package
  for package in "$@"; do
    if ! dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed; then
      echo "$package"
    fi
  done
}

# Installs what is missing; asks apt only then.
install_missing() {
  local -a missing
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  echo "Installing ${#missing[@]} packages: ${missing[*]}"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get -qq -y -o Dpkg::Use-Pty=0 install --no-install-recommends "${missing[@]}" >/dev/null
}
