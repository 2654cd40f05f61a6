#pragma once
// Detects grids of dark circles on white (or white circles on black) with OpenCV's findCirclesGrid.

#include "target/board_pattern.hpp"
#include "target/detection.hpp"

namespace calib {

/// Draw the circles, whose diameter is `marker_m`, or half the distance between neighbors if that
/// is 0.
BoardPattern draw_circles(const Board& board, const PrintChoice& choice);
BoardPattern draw_acircles(const Board& board, const PrintChoice& choice);

/// Symmetric grids. Finds whole boards only. The position of a circle is the center of its outline
/// in the image, which under perspective differs slightly from the image of the true center, so
/// that chessboards are more accurate. Reason if no board is found: no_board.
Detection detect_circles(const cv::Mat& gray, const Board& board);
/// The same for asymmetric grids.
Detection detect_acircles(const cv::Mat& gray, const Board& board);

}  // namespace calib
