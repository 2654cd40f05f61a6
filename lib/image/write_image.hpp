#pragma once
// Encodes and writes image files.

#include <filesystem>
#include <opencv2/core/mat.hpp>
#include <string>

namespace calib {

/// Encodes the image in the format of the suffix of `name`: .png, or .jpg with a quality from 1 to
/// 100. Throws Error "NAME: ...".
std::string encode_image(const std::filesystem::path& name, const cv::Mat& pixels,
                         int jpeg_quality = 95);

/// Encodes the image and writes it with write_file_unflushed(). The folder must exist. Throws
/// Error.
void write_image(const std::filesystem::path& path, const cv::Mat& pixels);

}  // namespace calib
