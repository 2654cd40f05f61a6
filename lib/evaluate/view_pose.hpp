#pragma once
// The board pose from the rays of one view, or of several cameras in one frame. It does not use the
// board poses of the calibration, which it serves to check.

#include <map>
#include <optional>
#include <span>
#include <vector>

#include "evaluate/observed_rays.hpp"

namespace calib {

/// A view and the pose of its camera.
struct RigCameraView {
  const RayView* view = nullptr;
  Pose T_cam_rig;
  double focal_px = 0;
};

/// The Gauss-Newton equations of the ray errors of one view for a small motion of T_rig_board (see
/// retract()): those of several views in a frame are added.
struct BoardMotionEquations {
  Eigen::Matrix<double, 6, 6> normal = Eigen::Matrix<double, 6, 6>::Zero();
  Eigen::Matrix<double, 6, 1> gradient = Eigen::Matrix<double, 6, 1>::Zero();
  int corners = 0;  ///< that are not rejected
};

/// Returns nullopt if a corner is behind its camera.
std::optional<BoardMotionEquations> board_motion_equations(const Board& board,
                                                           const RigCameraView& view,
                                                           const Pose& T_rig_board);

/// T_rig_board with the smallest sum of squared ray errors (ray_error_px()) over all corners that
/// are not rejected, by Gauss-Newton from `start`. Returns nullopt if a corner is behind its camera
/// at `start`.
std::optional<Pose> refine_board_pose(const Board& board, std::span<const RigCameraView> views,
                                      const Pose& start);

/// T_cam_board of one view from all its corners, rejected or not: initialized by the homography
/// from the board's plane to the rays (with several boards, of the one with the most corners), then
/// refined like refine_board_pose(), also from the pose mirrored at the line of sight. Returns
/// nullopt for fewer than four corners and for corners on one line.
std::optional<Pose> view_pose(const Board& board, const RayView& view, double focal_px);

/// The RMS error over a few evenly spaced corners of a view, rejected or not, where the board is
/// predicted at T_cam_board (pixels). A corner behind the camera counts as one radian.
double predicted_error_px(const Board& board, const RayView& view, double focal_px,
                          const Pose& T_cam_board);

/// By camera, then frame.
using ViewPoses = std::vector<std::map<std::int64_t, Pose>>;
/// view_pose() of every view. Uses at most `jobs` threads (0: all cores).
ViewPoses view_poses(const Rays& rays, int jobs);

}  // namespace calib
