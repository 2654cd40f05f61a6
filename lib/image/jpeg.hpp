#pragma once
// JPEG files. They are decoded with libjpeg directly, because loading OpenCV's codecs takes longer
// than decoding several images.

#include <opencv2/core/mat.hpp>
#include <string_view>

namespace calib {

/// Decodes to gray, or as stored: gray or BGR (also from CMYK). The pixels equal those of
/// cv::imdecode. Returns an empty image if the data are corrupt; libjpeg would fill it with gray.
cv::Mat decode_jpeg(std::string_view bytes, bool gray);

}  // namespace calib
