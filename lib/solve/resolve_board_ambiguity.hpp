#pragma once
// Boards that look the same after a half turn: which numbering a solved rig has
// with_resolved_ambiguity on.

#include <vector>

#include "scene/board_symmetry.hpp"
#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

/// The observations with each view of a solved frame renumbered so that it agrees best with where
/// the calibration says the board is. As they are for boards that can be told from their half turn,
/// and for calibrations without poses. (observations.yaml itself is never changed.)
/// Throws Error when the two are of boards with other numbers of corners.
Observations with_resolved_ambiguity(const Observations& observations,
                                     const Calibration& calibration);

/// The same corners under another numbering, in rising order.
std::vector<Corner> relabeled(const std::vector<Corner>& corners, const Relabeling& map);

}  // namespace calib
