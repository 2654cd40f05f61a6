#pragma once
// Pictures as files, by the thousand.

#include <filesystem>
#include <opencv2/core/mat.hpp>

namespace calib {

/// Encodes by the name's suffix (.png, or .jpg at quality 95) and writes to a temporary name that
/// is then renamed, so that a killed run leaves no half picture. The folder must exist. Unlike
/// write_file (base/files.hpp) it does not flush each file to disk, which takes 2 ms and more:
/// flush_folder does it once for all. Throws Error.
void write_image(const std::filesystem::path& path, const cv::Mat& pixels);

/// Brings everything written below the folder to disk.
void flush_folder(const std::filesystem::path& folder);

/// Creates the folder and those above it. Throws Error.
void create_folder(const std::filesystem::path& folder);

}  // namespace calib
