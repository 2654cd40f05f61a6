#pragma once
// Where in the picture the board was seen.

#include <string>
#include <vector>

#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

inline constexpr int kCoverageColumns = 8, kCoverageRows = 6;

/// The cell, row by row, of a pixel; pixels outside the picture count to the nearest one.
std::size_t coverage_cell(const Eigen::Vector2d& pixel, const ImageSize& size);

/// "top left", ..., "center", ..., "bottom right": the ninth of the picture that holds a cell.
std::string region_name(int cell);

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
