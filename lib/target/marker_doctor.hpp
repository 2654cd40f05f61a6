#pragma once
// When no board with markers is found: are there markers of another dictionary, or with other
// numbers?

#include <opencv2/core/mat.hpp>
#include <string>
#include <vector>

#include "scene/board.hpp"

namespace calib {

/// Looks for markers of every dictionary, with borders of any of these widths in cells, in `images`
/// (8-bit gray, a handful: some tenths of a second each): "found the markers 0 to 23 of 5X5 in 3 of
/// 4 images, but 4X4_50 was asked for: use --dictionary 5X5_50". Empty when no image shows as many
/// as a board would, or when all of them are on the board that was asked for.
std::string diagnose_markers(const std::vector<cv::Mat>& images, const Board& asked,
                             const std::vector<int>& border_cells);

}  // namespace calib
