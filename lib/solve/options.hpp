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

/// What is known of the board, and how standard deviations are found.
struct ShapeOptions {
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
/// Without `shape`: where poses are solved too, one ShapeOptions holds for both.
std::vector<Option> describe(IntrinsicsOptions& options);

struct ExtrinsicsOptions {
  std::string reference;  ///< empty: the first camera
  bool fix_intrinsics = false;
  bool allow_partial = false;
  ShapeOptions shape;
  double reject = 5;
};
std::vector<Option> describe(ExtrinsicsOptions& options);

}  // namespace calib
