#pragma once
// JPEG bytes, by libjpeg itself: loading OpenCV's codecs takes longer than decoding some pictures.

#include <opencv2/core/mat.hpp>
#include <string>
#include <string_view>

namespace calib {

/// Gray, or as stored (gray, or BGR, also of CMYK); the pixels of cv::imdecode. Empty for damaged
/// data, which libjpeg would fill with gray.
cv::Mat decode_jpeg(std::string_view bytes, bool gray);

/// 8-bit gray or BGR, at a quality of 1 to 100. Throws Error when it cannot be encoded.
std::string encode_jpeg(const cv::Mat& pixels, int quality);

}  // namespace calib
