#pragma once
// The projective map from the board's plane to a picture of it.

#include <Eigen/Core>
#include <optional>
#include <span>

#include "scene/observations.hpp"

namespace calib {

/// H with pixel ~ H (x, y, 1), x and y meters on the board, from at least 4 corners by the
/// normalized direct linear transform (Hartley and Zisserman, "Multiple View Geometry",
/// algorithm 4.2). Nothing when the corners do not determine it (fewer than 4, or on one line).
/// ||H|| = 1.
std::optional<Eigen::Matrix3d> board_homography(const Board& board,
                                                std::span<const Corner> corners);

}  // namespace calib
