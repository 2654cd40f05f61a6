#pragma once
// Bundle adjustment of cameras, board poses and the board's shape. Every stage of a solve fills a
// Bundle, chooses which parameters are free, adjusts it, and reads the result.

#include <Eigen/Core>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

/// Which intrinsics are free: none, fx, fy and the first distortion coefficient, or all.
enum class FreeIntrinsics { kNone, kFocalAndFirstRadial, kAll };

/// The parameters of a camera's clock: its offset (s), its rate, and its line delay (s per row).
inline constexpr int kClockParameters = 3;
enum ClockParameter { kClockOffset, kClockRate, kClockLineDelay };

/// When a camera exposes its images. An image with the time t on file, whose row y counts from the
/// middle of the image, was exposed at t + offset + rate * (t - t0) + line_delay * y, where t0 is
/// BundleClock::origin_s.
struct BundleClock {
  std::array<double, kClockParameters> value{};
  std::array<bool, kClockParameters> free{};
  double origin_s = 0;
  /// How far the values depend on how the path of the board is fitted.
  std::array<double, kClockParameters> path_error{};
};

/// Values of the intrinsics that other observations have given, with their standard deviations (0:
/// not known).
struct GivenIntrinsics {
  std::vector<double> parameters, std;
};

struct BundleCamera {
  std::string name;
  Intrinsics intrinsics;
  Pose T_cam_rig;
  FreeIntrinsics free = FreeIntrinsics::kAll;
  bool pose_free = false;
  BundleClock clock = {};
  std::optional<GivenIntrinsics> given = std::nullopt;  ///< a prior for free intrinsics
};

/// How the exposure of a view depends on the clock of its camera.
struct Exposure {
  Eigen::Matrix<double, 6, 1> velocity =
      Eigen::Matrix<double, 6, 1>::Zero();  ///< of the small motion (w, t) of T_rig_board, per s
  double time_s = 0;                        ///< on file, since BundleClock::origin_s
  double middle_row = 0;
};

struct BundleView {
  int camera = 0;                 ///< index into Bundle::cameras
  int board_pose = 0;             ///< index into Bundle::board_poses
  std::size_t observed_view = 0;  ///< index into Observations::views
  /// The corners used (inliers), as if they had been exposed at the time of the board pose.
  std::vector<Corner> corners;
  Exposure exposure = {};
};

struct Bundle {
  Board board;
  std::vector<BundleCamera> cameras;
  std::vector<Pose> board_poses;  ///< T_rig_board
  std::vector<BundleView> views;
  int free_board_parameters = 0;  ///< how many of the board's parameters (shape_parameters.hpp) are
                                  ///< free: the first ones
  /// Measured distances between the parts of the board, which count if all parameters of the board
  /// are free. Their sigmas are in proportion to those of the corners.
  std::vector<BoardDistance> distances = {};
};

/// AdjustOptions::tolerance for a fit that only gives the initial values of the next one.
inline constexpr double kRoughTolerance = 0.1;

struct AdjustOptions {
  int jobs = 1;  ///< threads; the result does not depend on them
  /// For each camera the scale c of the Cauchy loss c^2/2 log(1 + |r|^2/c^2), where r is the
  /// two-dimensional residual of a corner (error over sigma). Empty: least squares.
  std::vector<double> loss_scales = {};
  /// Stops if the next step is shorter than this many standard deviations of the result.
  double tolerance = 1e-4;
  int max_iterations = 100;
};

/// Minimizes half the sum of the squared residuals (or the sum of their losses) by
/// Levenberg-Marquardt, with the board poses eliminated by the Schur complement (Triggs et al.,
/// "Bundle adjustment - a modern synthesis", 1999, section 6.1). Stops after max_iterations at the
/// latest. Throws UndeterminedError if a corner cannot be projected at the initial values, or if no
/// step can be computed.
void adjust(Bundle& bundle, const AdjustOptions& options = {});

/// For each of the views, which may differ from those of the bundle, the reprojection errors of its
/// corners (predicted minus observed, pixels). NaN where the model cannot project the point.
std::vector<std::vector<Eigen::Vector2d>> reprojection_errors(const Bundle& bundle,
                                                              const std::vector<BundleView>& views,
                                                              int jobs = 1);

}  // namespace calib
