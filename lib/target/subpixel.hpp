#pragma once
// cv::cornerSubPix with a window that fits each corner.

#include "target/grid.hpp"

namespace calib {

/// Half the side of the window as a share of the spacing of the board's lines, where nothing is
/// printed inside the squares.
inline constexpr double kShareOfSpacing = 0.3;

/// Moves every corner to the saddle point that cornerSubPix finds. Whether the result can be
/// trusted: no corner left the picture or moved further than its own window, and no square folded.
bool refine_subpixel(const cv::Mat& gray, Grid& grid, double share_of_spacing = kShareOfSpacing);

}  // namespace calib
