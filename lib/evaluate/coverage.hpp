#pragma once
// Where in the picture, how tilted and how far the board was seen.

#include <string>
#include <vector>

#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

inline constexpr int kCoverageColumns = 8, kCoverageRows = 6;

struct CameraCoverage {
  std::string name;
  int views = 0;
  std::vector<int>
      cells;            ///< corners in each of kCoverageRows x kCoverageColumns cells, row by row
  double share = 0;     ///< of the cells, those with a corner
  std::string weakest;  ///< the picture's region with the fewest corners: "top left", ...
};

/// Counts every observed corner of every camera.
std::vector<CameraCoverage> coverage(const Observations& observations);

}  // namespace calib
