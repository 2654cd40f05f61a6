#include "scene/rejected_set.hpp"

#include <algorithm>

namespace calib {

RejectedSet::RejectedSet(const Calibration& calibration) {
  for (const Rejected& rejected : calibration.rejected) {
    const auto key = std::pair(rejected.camera, rejected.frame);
    if (!rejected.corner) {
      corners_[key].clear();
      corners_[key].push_back(-1);
    } else {
      corners_[key].push_back(*rejected.corner);
    }
  }
}

bool RejectedSet::view(const std::string& camera, std::int64_t frame) const {
  return corner(camera, frame, -1);
}

bool RejectedSet::corner(const std::string& camera, std::int64_t frame, int id) const {
  const auto found = corners_.find({camera, frame});
  return found != corners_.end() &&
         std::find(found->second.begin(), found->second.end(), id) != found->second.end();
}

}  // namespace calib
