#pragma once
// The origin of an artifact. It contains no time stamps, so that the same input gives the same
// bytes.

#include <string>
#include <utility>
#include <vector>

namespace calib {

struct Provenance {
  std::string inputs_hash;  ///< hash of the contents of the input files; empty: unknown
  /// Key and value of each option, in the order of describe().
  std::vector<std::pair<std::string, std::string>> options = {};
  bool operator==(const Provenance&) const = default;
};

/// The rectangle of a tile in the composite image it was cut from, in pixels: composite pixel =
/// tile pixel + (x, y).
struct CropInfo {
  int source_width = 0, source_height = 0;
  int x = 0, y = 0, width = 0, height = 0;
  bool operator==(const CropInfo&) const = default;
};

}  // namespace calib
