#pragma once
// Solves a rig of two or more cameras: camera poses, board poses and (unless held fixed) intrinsics
// in one bundle adjustment, which starts from initial_rig.hpp.

#include "base/progress.hpp"
#include "scene/calibration.hpp"
#include "scene/observations.hpp"
#include "solve/options.hpp"

namespace calib {

/// Returns `lenses` with the poses of all cameras, refined intrinsics, the board poses of all
/// frames, standard deviations, rejected views and corners, and the findings of the solve. A camera
/// without intrinsics in `lenses` gets them by resection from the boards that the other cameras
/// have located. Initial poses come from the graph of cameras that see the board in the same frames
/// (the consensus of each pair, then the maximum spanning tree). The ids of boards that look the
/// same after a half turn are made consistent over all cameras. With options.estimate_board_shape
/// the board's shape is free too, as far as the views determine it. With options.lenses_are_given
/// the lenses' values and standard deviations are priors, unless the observations contradict them.
/// Uses at most `jobs` threads (0: all cores); the result does not depend on their number. Throws
/// UndeterminedError if the cameras fall into groups that never see the board in the same frame,
/// and names the groups and two cameras to film the board with; with options.allow_partial it
/// solves the largest group, and the others get no pose. Throws Error if lenses and observations do
/// not fit (require_fitting()).
Calibration solve_rig(const Observations& observations, const Calibration& lenses,
                      const ExtrinsicsOptions& options, int jobs, Progress& progress);

}  // namespace calib
