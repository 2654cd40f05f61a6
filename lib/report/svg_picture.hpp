#pragma once
// Charts over the image of a camera: observed corners, their errors, and the uncertainty of
// projection.

#include <string>
#include <vector>

#include "camera/intrinsics.hpp"

namespace calib {

/// A grid of cells over the image, row by row.
struct PictureGrid {
  int columns = 0, rows = 0;
};

/// Cells colored by their number of corners (`counts`), with marks on empty cells and dots at
/// `corners` (pixels).
std::string coverage_svg(ImageSize size, PictureGrid grid, const std::vector<int>& counts,
                         const std::vector<Eigen::Vector2d>& corners);

struct Arrow {
  Eigen::Vector2d from, by;  ///< pixels of the image
};
/// The factor (1, 2 or 5 times a power of ten) that enlarges an arrow of this length to about a
/// twentieth of the image width. 1 for the length 0.
double arrow_enlargement(ImageSize size, double length_px);
std::string arrows_svg(ImageSize size, const std::vector<Arrow>& arrows, double enlargement);

/// Cells with their values, the darker the larger. The color scale is logarithmic and the same for
/// all maps: none up to kHeatLow_px, full from kHeatHigh_px. NaN is shown as "-".
inline constexpr double kHeatLow_px = 0.001, kHeatHigh_px = 10;
std::string heat_map_svg(ImageSize size, PictureGrid grid, const std::vector<double>& values,
                         const std::string& label);

}  // namespace calib
