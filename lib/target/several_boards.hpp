#pragma once
// Detects several boards in one image. Their markers distinguish them.

#include "target/detection.hpp"

namespace calib {

/// Finds each of `board.parts` with its own detector, and numbers the corners as corner_position()
/// does. The reason if no board is found lists those of the boards: "no_markers, other_markers".
Detection detect_several(const cv::Mat& gray, const Board& board);

}  // namespace calib
