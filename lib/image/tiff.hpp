#pragma once
// Grey TIFF pictures, as industrial cameras write them, by libtiff itself.

#include <opencv2/core/mat.hpp>
#include <optional>
#include <string_view>

namespace calib {

/// The first picture if it is grey of 8 or 16 bits, upright, with black as 0: CV_8U or CV_16U.
/// Empty for damaged data; nothing for all other kinds, which are left to OpenCV.
std::optional<cv::Mat> decode_grey_tiff(std::string_view bytes);

}  // namespace calib
