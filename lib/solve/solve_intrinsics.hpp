#pragma once
// Solves the intrinsics of each camera from its own views of the board.

#include "base/progress.hpp"
#include "scene/calibration.hpp"
#include "scene/observations.hpp"
#include "solve/options.hpp"

namespace calib {

/// Returns a calibration with the intrinsics of every camera, their standard deviations, the RMS
/// error and the rejected views and corners, but without poses. Uses at most `jobs` threads (0: all
/// cores). Solver::kOpencv uses calibrate_with_opencv(). A camera with too few views, or
/// whose views do not determine its lens, is left without intrinsics and gets a finding
/// lens_undetermined; solve_rig() can find such a lens with the help of the other cameras. Throws
/// UndeterminedError if no camera can be solved, and Error for an unknown model.
Calibration solve_intrinsics(const Observations& observations, const IntrinsicsOptions& options,
                             int jobs, Progress& progress);

}  // namespace calib
