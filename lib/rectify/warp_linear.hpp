#pragma once
// Bilinear warping of 8-bit pictures, the common case, in several times less time than cv::remap.

#include <opencv2/core/mat.hpp>

#include "rectify/pixel_maps.hpp"

namespace calib {

/// False, with `result` untouched, for pictures it is not made for: other than 8 bit with one,
/// three or four channels, or with rows of more than 32767 bytes. The arithmetic is cv::remap's, in
/// whole numbers: (sum of weights * pixels + 512) / 1024 with weights (32 - fx, fx) x (32 - fy,
/// fy).
bool warp_linear(const cv::Mat& source, const FixedMaps& maps, cv::Mat& result);

}  // namespace calib
