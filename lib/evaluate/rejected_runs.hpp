#pragma once
// Looks for a camera whose views fit only before or after some frame, or do not fit between two
// frames: the solve has then rejected the others as outliers, one by one.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

struct RejectedRun {
  std::string camera;
  std::int64_t frame = 0;                  ///< the first frame after the change
  std::optional<std::int64_t> until = {};  ///< the first frame that fits again, if any does
  int rejected = 0;   ///< rejected views on the side of the change whose views do not fit
  bool lens = false;  ///< true: the lens does not fit them either; false: they fit at another pose
  double zoom = 0;    ///< relative change of the focal length, where the lens does not fit
  double angle_rad = 0;  ///< the turn of the camera, where the lens fits
};

std::vector<RejectedRun> rejected_runs(const Observations& observations,
                                       const Calibration& calibration);

}  // namespace calib
