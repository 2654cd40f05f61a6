#pragma once
// Our own chessboard detector: saddle points (corner/), linked into a lattice, laid on the board,
// refined by a model of the blurred corner.

#include "target/detection.hpp"

namespace calib {

/// Finds boards of which all corners are seen, dark on bright or bright on dark, with markers
/// printed inside the squares or not. Every corner has its sigma_px. Reasons for nothing: no_board,
/// part_of_larger_board, too_small (the picture, for so many squares).
Detection detect_fast(const cv::Mat& grey, const Board& board);

}  // namespace calib
