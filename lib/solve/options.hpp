#pragma once
// The options of a solve. describe() gives each option its flag, its key and its help.

#include <string>
#include <vector>

#include "base/named.hpp"
#include "base/option.hpp"

namespace calib {

/// The program that fits the intrinsics of a camera to its views.
enum class Solver {
  kJoint,  ///< our own bundle adjustment
  kOpencv  ///< cv::calibrateCamera
};
inline constexpr Named<Solver> kSolvers[] = {{"joint", Solver::kJoint},
                                             {"opencv", Solver::kOpencv}};

struct IntrinsicsOptions {
  std::string model = "opencv5";
  Solver solver = Solver::kJoint;
  double reject = 5;  // robust standard deviations
  int min_views = 3;
};
std::vector<Option> describe(IntrinsicsOptions& options);

struct ExtrinsicsOptions {
  std::string reference;  ///< empty: the first camera
  bool fix_intrinsics = false;
  bool allow_partial = false;
  bool estimate_board_shape = false;
  double reject = 5;
};
std::vector<Option> describe(ExtrinsicsOptions& options);

}  // namespace calib
