#pragma once
// Boards that look the same after a half turn: applies the numbering of the corners that a solved
// rig has chosen to the observations.

#include <vector>

#include "scene/board_symmetry.hpp"
#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

/// The observations with the corners of each view relabeled so that their reprojection error is
/// smallest at the board pose that the calibration has for the frame. Views without such a pose,
/// and boards without ambiguity, are not changed. With several boards, keeps the corners on boards
/// whose pose is known. Throws Error if the two are of different boards.
Observations with_resolved_ambiguity(const Observations& observations,
                                     const Calibration& calibration);

/// The corners with the ids that `map` gives them, sorted by id.
std::vector<Corner> relabeled(const std::vector<Corner>& corners, const Relabeling& map);

}  // namespace calib
