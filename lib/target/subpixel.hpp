#pragma once
// Refines a grid with cv::cornerSubPix, with a window that fits each corner.

#include "target/grid.hpp"

namespace calib {

/// Half the side of the window as a share of line_spacing(), for boards without markers inside the
/// squares.
inline constexpr double kShareOfSpacing = 0.3;

/// Moves every corner to the saddle point that cornerSubPix finds. Returns whether the result can
/// be trusted: no corner left the image or moved further than half its window, and no square is
/// folded.
bool refine_subpixel(const cv::Mat& gray, Grid& grid, double share_of_spacing = kShareOfSpacing);

}  // namespace calib
