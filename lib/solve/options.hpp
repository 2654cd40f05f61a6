#pragma once
// The options of a solve. describe() gives each option its flag, its key and its help.

#include <string>
#include <vector>

#include "base/named.hpp"
#include "base/option.hpp"
#include "solve/covariance_kind.hpp"

namespace calib {

/// The program that fits the intrinsics of a camera to its views.
enum class Solver {
  kJoint,  ///< our own bundle adjustment
  kOpencv  ///< cv::calibrateCamera
};
inline constexpr Named<Solver> kSolvers[] = {{"joint", Solver::kJoint},
                                             {"opencv", Solver::kOpencv}};

/// Which differences between the clocks of cameras are looked for.
enum class Sync {
  kOff,    ///< none: the times on file are right, and all rows are exposed at once
  kWhole,  ///< whole frames only, which are then left out of the frame numbers
  kAuto    ///< offsets below a frame, rates, lost frames and line delays
};
inline constexpr Named<Sync> kSyncs[] = {
    {"off", Sync::kOff}, {"whole", Sync::kWhole}, {"auto", Sync::kAuto}};

/// What is known of the board and of the times of images, and how standard deviations are found.
struct ShapeOptions {
  Sync sync = Sync::kAuto;
  bool estimate_board_shape = false;  ///< also where it is not significant
  bool exact_board = false;           ///< the board is flat and its squares are square
  CovarianceKind covariance = CovarianceKind::kClustered;
};

std::vector<Option> describe(ShapeOptions& options);

struct IntrinsicsOptions {
  std::string model = "opencv5";
  Solver solver = Solver::kJoint;
  ShapeOptions shape;
  double reject = 5;  // robust standard deviations
  int min_views = 3;
};
/// Describes all options but `shape`: if poses are solved too, both solves share one ShapeOptions.
std::vector<Option> describe(IntrinsicsOptions& options);

struct ExtrinsicsOptions {
  std::string reference;          ///< empty: the first camera
  std::vector<std::string> hold;  ///< cameras that keep lens and pose of the given calibration
  bool fix_intrinsics = false;
  bool allow_partial = false;
  ShapeOptions shape;
  double reject = 5;
  /// Not a command-line option. The lenses were determined from other observations, so their
  /// standard deviations are used as priors.
  bool lenses_are_given = false;
  /// Not a command-line option. Cameras of the calibration that are not observed keep their poses.
  bool keep_others = false;
};
std::vector<Option> describe(ExtrinsicsOptions& options);

}  // namespace calib
