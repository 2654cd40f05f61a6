#pragma once
// The classic recipe, done right: cv::calibrateCamera / cv::fisheye::calibrate with views that do
// not belong dropped.

#include <span>
#include <vector>

#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

/// Solves one camera. `camera.intrinsics`, std (not for fisheye), reprojection_rms_px and views are
/// set. Views whose RMS is more than 3 times the median (and more than 0.5 px) are dropped, one
/// round after another, and returned.
std::vector<Rejected> calibrate_with_opencv(const std::string& model, const Board& board,
                                            std::span<const View* const> views, Camera& camera);

}  // namespace calib
