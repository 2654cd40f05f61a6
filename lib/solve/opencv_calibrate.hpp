#pragma once
// Calibrates a camera with cv::calibrateCamera or cv::fisheye::calibrate and rejects outlier views.

#include <span>
#include <vector>

#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

/// Sets `camera.intrinsics`, std.parameters (except for fisheye), reprojection_rms_px and views. In
/// each round, views whose RMS is more than 3 times the median and more than 0.5 px are rejected,
/// and the rest is calibrated again; stops when there are none or fewer than 3 views would remain.
/// Returns the rejected views. Throws Error if OpenCV does not have the model, and
/// UndeterminedError if OpenCV fails or gives values that are not finite.
std::vector<Rejected> calibrate_with_opencv(const std::string& model, const Board& board,
                                            std::span<const View* const> views, Camera& camera);

}  // namespace calib
