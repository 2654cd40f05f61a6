#pragma once
// Restores the adjusted bundle of a calibration from the calibration and its observations.

#include "scene/calibration.hpp"
#include "scene/observations.hpp"
#include "solve/bundle.hpp"

namespace calib {

/// The bundle of the cameras with a pose, the solved frames, and all corners that were not
/// rejected. All intrinsics and all poses except that of the reference camera are free.
Bundle restore_bundle(const Observations& observations, const Calibration& calibration);

}  // namespace calib
