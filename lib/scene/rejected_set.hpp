#pragma once
// What a calibration has left out, to be asked view by view and corner by corner.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "scene/calibration.hpp"

namespace calib {

/// Whether the view, or this corner of it, is listed as rejected. Build once, ask often.
class RejectedSet {
 public:
  explicit RejectedSet(const Calibration& calibration);
  bool view(const std::string& camera, std::int64_t frame) const;
  bool corner(const std::string& camera, std::int64_t frame, int id) const;

 private:
  std::map<std::pair<std::string, std::int64_t>, std::vector<int>>
      corners_;  // empty list: the whole view
};

}  // namespace calib
