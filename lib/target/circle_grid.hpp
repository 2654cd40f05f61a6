#pragma once
// Grids of dark circles on white (or white on dark), by OpenCV's findCirclesGrid.

#include "target/board_pattern.hpp"
#include "target/detection.hpp"

namespace calib {

BoardPattern draw_circles(const Board& board, const PrintChoice& choice);
BoardPattern draw_acircles(const Board& board, const PrintChoice& choice);

/// Whole boards only. A circle's center in the picture is that of its outline, which perspective
/// puts a little beside the picture of its true center: chessboards are more accurate. Reasons for
/// nothing: no_board.
Detection detect_circles(const cv::Mat& gray, const Board& board);
Detection detect_acircles(const cv::Mat& gray, const Board& board);

}  // namespace calib
