#pragma once
// Where the board is, from one view of it through a known lens.

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "geometry/pose.hpp"
#include "scene/observations.hpp"

namespace calib {

struct BoardPose {
  Pose T_cam_board;
  double rms_px = 0;  ///< sqrt(mean |e|^2) over the corners
};

/// Why a view is left out when estimate_board_pose() finds nothing.
inline constexpr std::string_view kNoPoseReason =
    "no pose of the board explains the corners: the view does not belong";

/// The pose with the least reprojection error, from at least 4 corners: the two solutions of the
/// infinitesimal plane (Collins and Bartoli, "Infinitesimal plane-based pose estimation", IJCV
/// 2014), each refined, the better one taken. Works for every camera model, since it starts from
/// rays; of several boards from the one with most corners, of which it needs 4. Nothing when the
/// corners do not determine it.
std::optional<BoardPose> estimate_board_pose(const Projector& camera, const Board& board,
                                             std::span<const Corner> corners);

/// The reprojection errors (predicted minus observed, pixels) at a pose; NaN where the lens does
/// not see the point.
std::vector<Eigen::Vector2d> reprojection_errors(const Projector& camera, const Board& board,
                                                 const Pose& T_cam_board,
                                                 std::span<const Corner> corners);

/// sqrt(mean |e|^2); infinity when an error is NaN or there is none.
double rms(std::span<const Eigen::Vector2d> errors);

}  // namespace calib
