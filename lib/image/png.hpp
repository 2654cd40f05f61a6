#pragma once
// PNG files as grey pixels, without what costs most in general decoders: zlib's inflation
// (libdeflate takes a third of the time) and rows handed over one by one. ISO/IEC 15948.

#include <opencv2/core/mat.hpp>
#include <string_view>

namespace calib {

/// Grey (8 and 16 bit) and RGB (8 bit) pictures, not interlaced, as one channel of 8 or 16 bit;
/// colours are weighed as OpenCV's decoder weighs them. Empty for all other kinds, and for data
/// that do not fit: the general decoder knows more. The file must have passed check_integrity.
cv::Mat decode_png_grey(std::string_view bytes);

}  // namespace calib
