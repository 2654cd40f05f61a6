#pragma once
// Writes rectification maps to files that other programs can load.

#include <filesystem>
#include <string>
#include <vector>

#include "rectify/pixel_maps.hpp"

namespace calib {

/// "npy", "yaml", "exr", "none"; and "float", "fixed".
std::vector<std::string> map_format_names();
std::vector<std::string> map_type_names();

/// Throws Error for unknown names, and for exr with fixed.
void check_map_choice(const std::string& format, const std::string& type);

/// Writes the maps and returns the name of the file to open, or "" for the format "none".
///   npy   STEM.npy. float: <f4, shape (height, width, 2): x, y. fixed: <i2, shape (height, width,
///         3): the integer parts of x and y, and 32 * fy + fx.
///   yaml  STEM.yml, which OpenCV's FileStorage reads, describes STEM.raw, which has the two
///         matrices of cv::remap one after another, little-endian, row by row.
///   exr   STEM.exr, three float channels: R = x, G = y, B = 0. Not for fixed-point maps.
/// Throws Error as check_map_choice() does.
std::string write_maps(const PixelMaps& maps, const std::filesystem::path& folder,
                       const std::string& stem, const std::string& format,
                       const std::string& type = "float");

}  // namespace calib
