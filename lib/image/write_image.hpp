#pragma once
// Pictures as files, by the thousand.

#include <filesystem>
#include <opencv2/core/mat.hpp>

namespace calib {

/// Encodes by the name's suffix (.png, or .jpg at quality 95) and writes whole or not at all,
/// without flushing (base/files.hpp). The folder must exist. Throws Error.
void write_image(const std::filesystem::path& path, const cv::Mat& pixels);

}  // namespace calib
