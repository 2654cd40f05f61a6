#pragma once
// The coverage of the image by the observed corners.

#include <string>
#include <vector>

#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

inline constexpr int kCoverageColumns = 8, kCoverageRows = 6;

/// The index of the cell that contains a pixel, row by row; for pixels outside the image, of the
/// nearest cell.
std::size_t coverage_cell(const Eigen::Vector2d& pixel, const ImageSize& size);

/// The one of the nine regions of the image that contains the cell: "top left", ..., "bottom
/// right".
std::string region_name(int cell);

struct CameraCoverage {
  std::string name;
  int views = 0;
  /// The number of corners in each of kCoverageRows x kCoverageColumns cells, row by row.
  std::vector<int> cells;
  double share = 0;     ///< fraction of the cells that have corners
  std::string weakest;  ///< the region with the fewest corners: "top left", ...
};

/// By index of Observations::cameras; counts every observed corner.
std::vector<CameraCoverage> coverage(const Observations& observations);

}  // namespace calib
