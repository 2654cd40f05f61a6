#pragma once
// How several boards stand to each other: first values, from frames that show more than one of
// them.

#include <optional>
#include <string>
#include <vector>

#include "scene/finding.hpp"
#include "scene/observations.hpp"

namespace calib {

/// The observed boards with T_board_part for all that can be tied together: two boards in one
/// picture, or in pictures of one frame by cameras that have seen the same board in another frame.
/// Throws UndeterminedError naming the boards that cannot be tied and what to film; with
/// `allow_partial` the largest group is placed. Boards that nobody saw have no place. `findings`
/// say what was left out.
Board estimate_multi_board_poses(const Observations& observations,
                                 const std::vector<std::optional<Projector>>& lenses,
                                 bool allow_partial, std::vector<Finding>& findings);

}  // namespace calib
