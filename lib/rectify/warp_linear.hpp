#pragma once
// Bilinear warping of 8-bit images, the most common case, two to four times faster than cv::remap.

#include <opencv2/core/mat.hpp>

#include "rectify/pixel_maps.hpp"

namespace calib {

/// Uses the integer arithmetic of cv::remap: (sum of weights * pixels + 512) / 1024 with the
/// weights (32 - fx, fx) x (32 - fy, fy). Returns false without changing `result` for images that
/// it does not support: it needs 8 bits, one, three or four channels, and rows of at most 32767
/// bytes.
bool warp_linear(const cv::Mat& source, const FixedMaps& maps, cv::Mat& result);

}  // namespace calib
