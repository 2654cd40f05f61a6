#pragma once
// Detects grids of dark circles on white (or white circles on black) with OpenCV's findCirclesGrid.

#include "target/detection.hpp"

namespace calib {

/// Symmetric grids. Finds whole boards only. The position of a circle is the center of its outline
/// in the image, which under perspective differs slightly from the image of the true center, so
/// that chessboards are more accurate. Reason if no board is found: no_board.
Detection detect_circles(const cv::Mat& gray, const Board& board);
/// The same for asymmetric grids.
Detection detect_acircles(const cv::Mat& gray, const Board& board);

}  // namespace calib
