#pragma once
// Each camera for itself: its lens from its own views of the board.

#include <string>
#include <vector>

#include "base/progress.hpp"
#include "scene/calibration.hpp"
#include "scene/observations.hpp"
#include "solve/options.hpp"

namespace calib {

struct LensSolution {
  Calibration calibration;
  std::vector<std::string> unsolved;  ///< why cameras are left without a lens, a line each
};

/// Observations -> a calibration with intrinsics, their standard deviations, RMS and rejected
/// views, but without poses. Cameras are solved on `jobs` threads. With Solver::kOpencv,
/// cv::calibrateCamera (CALIB_USE_LU) or cv::fisheye::calibrate does the work, and views whose RMS
/// is more than 3 times the median are dropped and named. Throws UndeterminedError when every
/// camera has too few views or they do not determine the lens; a single such camera is left without
/// intrinsics, for solve_rig() to find them from the others.
LensSolution solve_intrinsics(const Observations& observations, const IntrinsicsOptions& options,
                              int jobs, Progress& progress);

}  // namespace calib
