#pragma once
// PNG files without what costs most in general codecs: zlib (libdeflate inflates in a third and
// deflates in half of the time) and rows handed over one by one. ISO/IEC 15948.

#include <opencv2/core/mat.hpp>
#include <optional>
#include <string_view>
#include <vector>

namespace calib {

/// Gray (8 and 16 bit) and RGB (8 bit) pictures, not interlaced, as one channel of 8 or 16 bit;
/// colors are weighed as OpenCV's decoder weighs them. Nothing for all other kinds, which are left
/// to the general decoder; empty for data that do not fit. The file must have passed
/// check_integrity.
std::optional<cv::Mat> decode_png_gray(std::string_view bytes);
/// The same kinds with the channels they have, BGR as OpenCV keeps them; also left to the general
/// decoder: transparency.
std::optional<cv::Mat> decode_png(std::string_view bytes);

/// A PNG file of a gray, BGR or BGRA picture of 8 or 16 bit; empty for other types. Fast rather
/// than small: every row as differences to the left (filter 1), deflate level 1.
std::vector<unsigned char> encode_png(const cv::Mat& pixels);

}  // namespace calib
