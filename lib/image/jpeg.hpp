#pragma once
// A picture as JPEG bytes in memory.

#include <opencv2/core/mat.hpp>
#include <string>

namespace calib {

/// 8-bit grey or BGR, at a quality of 1 to 100. Throws Error when it cannot be encoded.
std::string encode_jpeg(const cv::Mat& pixels, int quality);

}  // namespace calib
