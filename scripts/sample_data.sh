#!/usr/bin/env bash
# Fetches OpenCV's sample stereo images (13 pairs, 640x480, 9x6 corners, 25 mm) from Debian's package
# opencv-doc into data/opencv_stereo. Nothing is installed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/apt.sh
. scripts/apt.sh

target=data/opencv_stereo
hashes=$PWD/scripts/sample_data.sha256

complete() { (cd "$1" 2>/dev/null && sha256sum --check --status --strict "$hashes"); }

if complete "$target"; then
  echo "$target is complete"
  exit 0
fi
for tool in apt-get dpkg-deb; do
  command -v "$tool" >/dev/null || fail "$tool is needed to fetch the package opencv-doc"
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# As root, apt downloads as another user, who cannot write to this folder. The option prevents this.
download() {
  (cd "$work" && apt-get -qq -o APT::Sandbox::User=root download opencv-doc)
}
echo "Downloading the Debian package opencv-doc (91 MB)"
if ! download 2>/dev/null; then
  as_root apt-get -qq update
  download || fail "cannot download the package opencv-doc"
fi

inside=./usr/share/doc/opencv-doc/examples/data
dpkg-deb --fsys-tarfile "$work"/opencv-doc_*.deb |
  tar -x -C "$work" --wildcards "$inside/left[0-9]*.jpg" "$inside/right[0-9]*.jpg"

# left07.jpg becomes cam0/0007.jpg, right07.jpg cam1/0007.jpg.
mkdir -p "$work/set/cam0" "$work/set/cam1"
for image in "$work/$inside"/*.jpg; do
  name=$(basename "$image" .jpg)
  case $name in
    left*) mv "$image" "$work/set/cam0/00${name#left}.jpg" ;;
    right*) mv "$image" "$work/set/cam1/00${name#right}.jpg" ;;
  esac
done
complete "$work/set" || fail "the images in opencv-doc are not the ones in scripts/sample_data.sha256"

rm -rf "$target"
mkdir -p "$(dirname "$target")"
mv "$work/set" "$target"
echo "$target: $(wc -l <"$hashes") images"
