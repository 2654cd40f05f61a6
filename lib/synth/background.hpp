#pragma once
// What a camera sees behind the board: something for detectors to be wrong about.

#include <cstdint>
#include <opencv2/core/mat.hpp>

namespace calib {

/// CV_32F, gray levels: a smooth gradient with low-contrast shapes lying one over the other, a
/// little out of focus. Opaque shapes make corners of the L and T kind, never the X of a
/// chessboard.
cv::Mat make_background(cv::Size size, std::uint64_t seed);

}  // namespace calib
