#pragma once
// The bundle adjustment: cameras, board poses and views, with a choice of what is free. Every
// solving stage fills one of these, adjusts it, and reads the result. Covariances come from the
// same Jacobians.

#include <Eigen/Core>
#include <optional>
#include <string>
#include <vector>

#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

/// Which intrinsics are free. The stages of a first solve free them step by step.
enum class FreeIntrinsics { kNone, kFocalAndFirstRadial, kAll };

struct BundleCamera {
  std::string name;
  Intrinsics intrinsics;
  Pose T_cam_rig;
  FreeIntrinsics free = FreeIntrinsics::kAll;
  bool pose_free = false;
};

struct BundleView {
  int camera = 0;               ///< index into Bundle::cameras
  int board_pose = 0;           ///< index into Bundle::board_poses
  std::size_t source = 0;       ///< index into Observations::views
  std::vector<Corner> corners;  ///< those that take part
};

struct Bundle {
  Board board;
  std::vector<BundleCamera> cameras;
  std::vector<Pose> board_poses;  ///< T_rig_board
  std::vector<BundleView> views;
};

/// Minimises the sum of squared residuals by Levenberg-Marquardt with the board poses eliminated
/// (Schur complement), on one thread, so that the result does not depend on threads. Every view
/// needs a pose at which all its corners can be projected. Throws UndeterminedError when the solver
/// cannot start or ends without a usable solution.
void adjust(Bundle& bundle);

/// The errors (predicted minus observed, pixels, unweighted) of every corner of a view.
std::vector<Eigen::Vector2d> view_errors(const Bundle& bundle, const BundleView& view);

/// Standard deviations of a camera's free parameters, the board poses profiled out: the diagonal of
/// the inverse of J'J's Schur complement, times the residuals' variance. Throws UndeterminedError
/// naming camera and parameter when the data leave a direction free.
std::vector<CameraStd> standard_deviations(const Bundle& bundle);

}  // namespace calib
