#pragma once
// Two cameras or N, jointly: camera poses, board poses, and (unless held) intrinsics in one bundle
// adjustment. Three steps: first values (initial_rig.hpp), the adjustment, the result.

#include "base/progress.hpp"
#include "scene/calibration.hpp"
#include "scene/observations.hpp"
#include "solve/options.hpp"

namespace calib {

/// Returns `lenses` with the poses of all cameras, refined intrinsics, the board poses of all
/// frames, standard deviations, rejected views, and the findings of the solve. If `lenses` lacks
/// the intrinsics of a camera, they are found from the boards that the other cameras have located.
/// First poses come from the graph of cameras that see the board together (the consensus of each
/// pair, then the maximum spanning tree); then everything is adjusted at once. The rig's consensus
/// resolves the numbering of boards that look the same after a half turn. With
/// options.estimate_board_shape the board's shape is free too, as far as the views determine it.
/// Runs on `jobs` threads; the result does not depend on their number.
/// Throws UndeterminedError if the cameras fall into groups that never see the board together,
/// naming the groups and a pair to film; with options.allow_partial the largest group is solved and
/// the others keep no pose. Throws Error if lenses and observations do not fit (require_fitting()).
Calibration solve_rig(const Observations& observations, const Calibration& lenses,
                      const ExtrinsicsOptions& options, int jobs, Progress& progress);

}  // namespace calib
