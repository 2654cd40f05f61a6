#pragma once
// Writes rectification maps to files that other programs can load.

#include <filesystem>
#include <string>

#include "base/named.hpp"
#include "rectify/pixel_maps.hpp"

namespace calib {

enum class MapFormat { kNpy, kYaml, kExr, kNone };
inline constexpr Named<MapFormat> kMapFormats[] = {{"npy", MapFormat::kNpy},
                                                   {"yaml", MapFormat::kYaml},
                                                   {"exr", MapFormat::kExr},
                                                   {"none", MapFormat::kNone}};

enum class MapType { kFloat, kFixed };
inline constexpr Named<MapType> kMapTypes[] = {{"float", MapType::kFloat},
                                               {"fixed", MapType::kFixed}};

/// Throws Error for exr with fixed.
void check_map_choice(MapFormat format, MapType type);

/// Writes the maps and returns the name of the file to open, or "" for kNone.
///   npy   STEM.npy. float: <f4, shape (height, width, 2): x, y. fixed: <i2, shape (height, width,
///         3): the integer parts of x and y, and 32 * fy + fx.
///   yaml  STEM.yml, which OpenCV's FileStorage reads, describes STEM.raw, which has the two
///         matrices of cv::remap one after another, little-endian, row by row.
///   exr   STEM.exr, three float channels: R = x, G = y, B = 0. Not for fixed-point maps.
/// Throws Error as check_map_choice() does.
std::string write_maps(const PixelMaps& maps, const std::filesystem::path& folder,
                       const std::string& stem, MapFormat format, MapType type = MapType::kFloat);

}  // namespace calib
