#pragma once
// Pairs the pictures of cameras that are not synchronized by the clocks of the calibration.

#include <string>
#include <vector>

#include "image/dataset.hpp"
#include "scene/calibration.hpp"

namespace calib {

/// Renumbers the pictures of the dataset, so that those with one number were taken at nearly the
/// same time by the clocks of the calibration (Camera::time): each gets the number of the nearest
/// picture of the reference camera. Of two that are nearest to the same one, the nearer stays.
/// Without times on file, frame numbers count `frame_rate_hz`. Returns a line for each camera whose
/// pictures got other numbers, and for what cannot be paired. Without clocks nothing changes.
std::vector<std::string> pair_by_clocks(const Calibration& calibration, double frame_rate_hz,
                                        Dataset& dataset);

}  // namespace calib
