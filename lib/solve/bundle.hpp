#pragma once
// The bundle adjustment: cameras, board poses and views, with a choice of what is free. Every
// solving stage fills one of these, adjusts it, and reads the result.

#include <Eigen/Core>
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
  int free_shape = 0;  ///< how many of the board's numbers are estimated (shape_parameters.hpp):
                       ///< the first ones
};

/// A tolerance, in standard deviations of the result, for fits that are only the start of the next.
inline constexpr double kRoughTolerance = 0.1;

struct AdjustOptions {
  int jobs = 1;  ///< threads; the result does not depend on them
  /// For each camera the scale c of a Cauchy loss c^2/2 log(1 + |e|^2/c^2) on the length of a
  /// corner's error in sigmas; empty: least squares.
  std::vector<double> loss_scales = {};
  /// Ends when the remaining step is shorter than this many standard deviations of the result.
  double tolerance = 1e-4;
};

/// Minimizes the sum of squared residuals (or of their loss) by Levenberg-Marquardt with the board
/// poses eliminated (Schur complement; Triggs et al., "Bundle adjustment - a modern synthesis",
/// 1999, section 6.1), until the remaining step is negligible.
/// Every view needs a pose at which all its corners can be projected. Throws UndeterminedError when
/// it has not, or when no step can be computed. Ends after 100 iterations at the latest.
void adjust(Bundle& bundle, const AdjustOptions& options = {});

/// The errors (predicted minus observed, pixels, unweighted) of every corner of some views of the
/// bundle's cameras; NaN where the lens does not see the point.
std::vector<std::vector<Eigen::Vector2d>> view_errors(const Bundle& bundle,
                                                      const std::vector<BundleView>& views,
                                                      int jobs = 1);

}  // namespace calib
