#pragma once
// Charts in the place of a camera's picture: where corners lay, how far off they are, how uncertain
// the lens is.

#include <string>
#include <vector>

#include "camera/intrinsics.hpp"

namespace calib {

/// Columns x rows of cells over the picture, row by row.
struct PictureGrid {
  int columns = 0, rows = 0;
};

/// Cells tinted by their number of corners, empty ones marked, and a dot for each corner given.
std::string coverage_svg(ImageSize size, PictureGrid grid, const std::vector<int>& counts,
                         const std::vector<Eigen::Vector2d>& corners);

struct Arrow {
  Eigen::Vector2d from, by;  ///< pixels of the picture
};
/// How much to enlarge arrows of this length (0: none) so that they can be seen: 1, 2 or 5 times a
/// power of ten.
double arrow_enlargement(ImageSize size, double length_px);
std::string arrows_svg(ImageSize size, const std::vector<Arrow>& arrows, double enlargement);

/// Cells with their value, the darker the larger; on a scale of its own that is the same for all
/// maps: kHeatLow_px or less is white, kHeatHigh_px or more is full. NaN is "-".
inline constexpr double kHeatLow_px = 0.001, kHeatHigh_px = 10;
std::string heat_map_svg(ImageSize size, PictureGrid grid, const std::vector<double>& values,
                         const std::string& label);

}  // namespace calib
