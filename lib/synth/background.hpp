#pragma once
// Draws the background behind the board, with shapes that could mislead a detector.

#include <cstdint>
#include <opencv2/core/mat.hpp>

namespace calib {

/// CV_32F, gray levels: a smooth gradient with overlapping, slightly blurred shapes of low
/// contrast. Opaque shapes form corners like L and T, but never X like a chessboard.
cv::Mat make_background(cv::Size size, std::uint64_t seed);

}  // namespace calib
