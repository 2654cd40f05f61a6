#pragma once
// The options of a solve. describe() gives each option its flag, its key and its help.

#include <string>
#include <vector>

#include "base/option.hpp"

namespace calib {

struct IntrinsicsOptions {
  std::string model = "opencv5";
  std::string solver = "joint";
  double reject = 5;  ///< robust standard deviations
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
