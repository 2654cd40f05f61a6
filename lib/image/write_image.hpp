#pragma once
// Writes image files.

#include <filesystem>
#include <opencv2/core/mat.hpp>

namespace calib {

/// Encodes in the format of the suffix (.png, or .jpg with quality 95) and writes with
/// write_file_unflushed(). The folder must exist. Throws Error.
void write_image(const std::filesystem::path& path, const cv::Mat& pixels);

}  // namespace calib
