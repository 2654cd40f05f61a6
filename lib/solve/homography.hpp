#pragma once
// The homography from the board's plane to pixels. It needs no lens, as Zhang's closed form for the
// focal length requires. evaluate/view_pose.cpp has the other homography of this project, from the
// plane to the viewing rays of a known lens: rays can also express directions beyond 90 degrees
// from the optical axis.

#include <Eigen/Core>
#include <optional>
#include <span>

#include "scene/observations.hpp"

namespace calib {

/// H with (pixel, 1) ~ H (x, y, 1), where x and y are meters on the board, by the normalized direct
/// linear transform (Hartley and Zisserman, "Multiple View Geometry", algorithm 4.2). The Frobenius
/// norm of H is 1. Returns nullopt if there are fewer than 4 corners or all lie on one line.
std::optional<Eigen::Matrix3d> board_homography(const Board& board,
                                                std::span<const Corner> corners);

}  // namespace calib
