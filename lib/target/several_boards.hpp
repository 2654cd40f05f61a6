#pragma once
// Several boards in one picture, told apart by their markers.

#include "target/detection.hpp"

namespace calib {

/// Finds each part of `board` by its own detector, with ids as corner_position() counts them.
/// Reasons for nothing: those of the boards, "no_markers, other_markers".
Detection detect_several(const cv::Mat& gray, const Board& board);

}  // namespace calib
