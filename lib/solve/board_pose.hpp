#pragma once
// The pose of the board in one view of a camera whose intrinsics are known.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "geometry/pose.hpp"
#include "scene/observations.hpp"

namespace calib {

struct BoardPose {
  Pose T_cam_board;
  double rms_px = 0;  ///< sqrt(mean |e|^2) over the corners
};

/// The reason of rejection for a view without a result of estimate_board_pose(): corners that the
/// lens cannot see, or that lie on no board.
std::string no_pose_reason(const Projector& camera, std::span<const Corner> corners);

/// The pose with the smallest reprojection error: the better of the two refined solutions of
/// infinitesimal plane-based pose estimation (Collins and Bartoli, IJCV 2014), or the refined one
/// of the homography to the rays where these spread over half of all directions. It starts from
/// rays, so that it works for every camera model. With several boards it starts from the one with
/// the most corners. Returns nullopt if no board has 4 corners or the corners do not determine a
/// pose.
std::optional<BoardPose> estimate_board_pose(const Projector& camera, const Board& board,
                                             std::span<const Corner> corners);

/// The reprojection errors (predicted minus observed, pixels) at a pose. NaN where the model cannot
/// project the point.
std::vector<Eigen::Vector2d> reprojection_errors(const Projector& camera, const Board& board,
                                                 const Pose& T_cam_board,
                                                 std::span<const Corner> corners);

/// sqrt(mean |e|^2). Infinity if an error is NaN or there are no errors.
double rms(std::span<const Eigen::Vector2d> errors);

}  // namespace calib
