#pragma once
// Initial values of the relative poses of several boards that are fixed to each other.

#include <optional>
#include <vector>

#include "scene/finding.hpp"
#include "scene/observations.hpp"

namespace calib {

/// Returns the observed boards with T_board_part for all that are connected. Two boards are
/// connected by an image that shows both, or by two cameras that see one board each in the same
/// frame and have seen a common board in another frame. `lenses` are by camera. Throws
/// UndeterminedError, which says what to film, if there is more than one group of connected boards;
/// with `allow_partial` only the boards of the largest group get a pose. Adds findings about the
/// boards without a pose.
Board estimate_multi_board_poses(const Observations& observations,
                                 const std::vector<std::optional<Projector>>& lenses,
                                 bool allow_partial, std::vector<Finding>& findings);

}  // namespace calib
