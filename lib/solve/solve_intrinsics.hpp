#pragma once
// The lens of each camera by itself, from its own views of the board.

#include "base/progress.hpp"
#include "scene/calibration.hpp"
#include "scene/observations.hpp"
#include "solve/options.hpp"

namespace calib {

/// Returns a calibration with the intrinsics of every camera, their standard deviations, RMS and
/// rejected views, but without poses. Cameras are solved on `jobs` threads. With Solver::kOpencv,
/// cv::calibrateCamera (CALIB_USE_LU) or cv::fisheye::calibrate does the work, and views whose RMS
/// is more than 3 times the median are rejected and named. A camera that has too few views, or
/// whose views do not determine its lens, is left without intrinsics, with a finding
/// lens_undetermined; solve_rig() can find such a lens from the other cameras. Throws
/// UndeterminedError if this holds for every camera.
Calibration solve_intrinsics(const Observations& observations, const IntrinsicsOptions& options,
                             int jobs, Progress& progress);

}  // namespace calib
