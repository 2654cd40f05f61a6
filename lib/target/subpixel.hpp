#pragma once
// cv::cornerSubPix with a window that fits each corner.

#include "target/grid.hpp"

namespace calib {

/// Moves every corner to the saddle point that cornerSubPix finds. Whether the result can be
/// trusted: no corner left the picture or moved further than its own window, and no square folded.
bool refine_subpixel(const cv::Mat& grey, Grid& grid);

}  // namespace calib
