#pragma once
// Rectification maps as files that other programs load.

#include <filesystem>
#include <string>

#include "rectify/rectify.hpp"

namespace calib {

/// Writes the maps and returns the file name written, or "" for format "none".
///   npy   STEM.npy, float32, shape (height, width, 2): np.load; cv2.remap(image, maps[..., 0],
///   maps[..., 1], ...) yaml  STEM.yml, OpenCV FileStorage with map_x and map_y (CV_32FC1) exr
///   STEM.exr, three float channels: R = x, G = y, B = 0
std::string write_maps(const PixelMaps& maps, const std::filesystem::path& folder,
                       const std::string& stem, const std::string& format);
/// Reads any of them back.
PixelMaps read_maps(const std::filesystem::path& file);

}  // namespace calib
