#pragma once
// If no board with markers is found: finds out whether the images show markers of another
// dictionary or with other ids.

#include <opencv2/core/mat.hpp>
#include <string>
#include <vector>

#include "scene/board.hpp"

namespace calib {

/// Looks for markers of every dictionary, with borders of each of the widths `border_cells`, in a
/// few `images` (8-bit gray), which takes some tenths of a second for each. Returns advice such as
/// "found the markers 0 to 23 of 5X5 in 3 of 4 images, but 4X4_50 was asked for: use --dictionary
/// 5X5_50", or "" if all of them belong to `asked`. If no image shows at least four markers, names
/// the chessboard without markers that the images show, if they do.
std::string diagnose_markers(const std::vector<cv::Mat>& images, const Board& asked,
                             const std::vector<int>& border_cells);

}  // namespace calib
