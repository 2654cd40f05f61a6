#pragma once
// Two cameras or N, jointly: camera poses, board poses, and (unless held) intrinsics in one bundle
// adjustment.

#include "base/progress.hpp"
#include "scene/calibration.hpp"
#include "scene/observations.hpp"
#include "solve/options.hpp"

namespace calib {

struct RigSolution {
  Calibration calibration;
  std::vector<std::string>
      notes;  ///< what the user should know: a half-turn settled, cameras left out, ...
};

/// `calibration` holds the intrinsics of every observed camera. First poses come from the graph of
/// cameras that see the board together (consensus a pair, maximum spanning tree), then everything
/// is adjusted at once. Boards that look the same after a half turn are settled by the rig's
/// consensus. Throws UndeterminedError when the cameras fall into groups that never see the board
/// together, naming the groups and a pair to film (with options.allow_partial the largest group is
/// solved and the others keep no pose). Throws Error when calibration and observations do not fit:
/// other cameras, other image sizes, another crop, board.
RigSolution solve_rig(const Observations& observations, const Calibration& calibration,
                      const ExtrinsicsOptions& options, Progress& progress);

/// Throws Error unless every observed camera has intrinsics of the same image size and crop in
/// `calibration`.
void require_fitting(const Observations& observations, const Calibration& calibration);

/// The observations of some cameras only, in the order given. Throws Error for an unknown name.
Observations select_cameras(const Observations& observations,
                            const std::vector<std::string>& names);

}  // namespace calib
