#include "scene/rejected_set.hpp"

namespace calib {
namespace {

constexpr int kWholeView = -1;

}  // namespace

RejectedSet::RejectedSet(const Calibration& calibration) {
  for (const Rejected& rejected : calibration.rejected)
    corners_[{rejected.camera, rejected.frame}].insert(rejected.corner.value_or(kWholeView));
}

bool RejectedSet::view(const std::string& camera, std::int64_t frame) const {
  return corner(camera, frame, kWholeView);
}

bool RejectedSet::corner(const std::string& camera, std::int64_t frame, int id) const {
  const auto found = corners_.find({camera, frame});
  return found != corners_.end() && found->second.contains(id);
}

}  // namespace calib
