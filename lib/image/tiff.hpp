#pragma once
// Gray TIFF pictures, as industrial cameras write them, by libtiff itself.

#include <cstdint>
#include <opencv2/core/mat.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace calib {

/// Width and height of the first picture; 0 when there is none.
std::pair<std::uint32_t, std::uint32_t> tiff_size(std::string_view bytes);

/// The first picture as it is stored if it is gray of 8 or 16 bits, with black as 0: CV_8U or
/// CV_16U. Empty for damaged data; nothing for all other kinds, which are left to OpenCV.
std::optional<cv::Mat> decode_gray_tiff(std::string_view bytes);

/// The same file without the tag's turn of its first picture: calibration needs the sensor's own
/// pixels.
std::string without_turn(std::string_view bytes);

}  // namespace calib
