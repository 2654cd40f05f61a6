#pragma once
// Fast lookup of the views and corners that a calibration has rejected.

#include <map>
#include <set>
#include <string>
#include <utility>

#include "scene/calibration.hpp"

namespace calib {

class RejectedSet {
 public:
  explicit RejectedSet(const Calibration& calibration);
  /// Whether the whole view was rejected.
  bool view(const std::string& camera, std::int64_t frame) const;
  /// Whether this corner was rejected by itself.
  bool corner(const std::string& camera, std::int64_t frame, int id) const;

 private:
  // The rejected corners of each view (camera, frame); kWholeView instead of an id for all of them.
  std::map<std::pair<std::string, std::int64_t>, std::set<int>> corners_;
};

}  // namespace calib
