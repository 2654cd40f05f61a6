#pragma once
// Each camera for itself: its lens from its own views of the board.

#include "base/progress.hpp"
#include "scene/calibration.hpp"
#include "scene/observations.hpp"
#include "solve/options.hpp"

namespace calib {

/// Observations -> a calibration with intrinsics, their standard deviations, RMS and rejected
/// views, but without poses. Cameras are solved on `jobs` threads. With options.solver "opencv",
/// cv::calibrateCamera (CALIB_USE_LU) or cv::fisheye::calibrate does the work, and views whose RMS
/// is more than 3 times the median are dropped and named. Throws UndeterminedError naming the
/// camera when it has too few views or they do not determine the lens.
Calibration solve_intrinsics(const Observations& observations, const IntrinsicsOptions& options,
                             int jobs, Progress& progress);

}  // namespace calib
