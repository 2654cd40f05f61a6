#pragma once
// Where an artifact came from, without time stamps, so that the same input gives the same bytes.

#include <string>
#include <utility>
#include <vector>

namespace calib {

struct Provenance {
  std::string inputs_hash;  ///< of the contents read; empty: unknown
  std::vector<std::pair<std::string, std::string>> options =
      {};  ///< key and value, in the order of describe()
  bool operator==(const Provenance&) const = default;
};

/// A tile's place in the composite picture it was cut from: full-frame pixel = tile pixel + (x, y).
struct CropInfo {
  int source_width = 0, source_height = 0;
  int x = 0, y = 0, width = 0, height = 0;
  bool operator==(const CropInfo&) const = default;
};

}  // namespace calib
