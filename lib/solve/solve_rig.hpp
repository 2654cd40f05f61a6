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
  std::vector<std::string> notes;  ///< what the user should know: a half-turn
                                   ///< with_resolved_ambiguity, cameras left out, ...
};

/// `calibration` holds the intrinsics of the observed cameras; where those of one are absent, they
/// are found from the boards that the others have located. First poses come from the graph of
/// cameras that see the board together (consensus a pair, maximum spanning tree), then everything
/// is adjusted at once. Boards that look the same after a half turn are with_resolved_ambiguity by
/// the rig's consensus. With options.estimate_board_shape the board's shape is free too, as far as
/// the views determine it. Runs on `jobs` threads; the result does not depend on them. Throws
/// UndeterminedError when the cameras fall into groups that never see the board together, naming
/// the groups and a pair to film (with options.allow_partial the largest group is solved and the
/// others keep no pose). Throws Error when calibration and observations do not fit: other cameras,
/// other image sizes, another crop, board.
RigSolution solve_rig(const Observations& observations, const Calibration& calibration,
                      const ExtrinsicsOptions& options, int jobs, Progress& progress);

/// Throws Error unless every observed camera is in `calibration` with the same image size and crop,
/// and at least one has intrinsics.
void require_fitting(const Observations& observations, const Calibration& calibration);

/// The observations of some cameras only, in the order given. Throws Error for an unknown name.
Observations select_cameras(const Observations& observations,
                            const std::vector<std::string>& names);

}  // namespace calib
