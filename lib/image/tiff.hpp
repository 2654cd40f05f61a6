#pragma once
// TIFF files. Gray images, as industrial cameras write them, are decoded with libtiff directly.

#include <cstdint>
#include <opencv2/core/mat.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace calib {

/// The width and height of the first image; zeros if there is none.
std::pair<std::uint32_t, std::uint32_t> tiff_size(std::string_view bytes);

/// Decodes the first image to CV_8U or CV_16U if it is gray with 8 or 16 bits, not tiled, and black
/// is 0. Returns nullopt if the file is of another kind, and an empty image if the data are
/// corrupt.
std::optional<cv::Mat> decode_gray_tiff(std::string_view bytes);

/// Returns the file with the orientation tag of its first image set to "not rotated", so that the
/// decoder returns the pixels as on the sensor.
std::string without_rotation(std::string_view bytes);

}  // namespace calib
