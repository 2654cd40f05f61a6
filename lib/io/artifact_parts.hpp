#pragma once
// The parts that several artifact files have in common: the header, image sizes, crops, boards and
// the provenance. For each part, NAME_text() returns its text (without a line end, for "key:
// TEXT"), and read_NAME() reads it strictly.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "camera/intrinsics.hpp"
#include "io/yaml_reader.hpp"
#include "scene/board.hpp"
#include "scene/provenance.hpp"

namespace calib {

/// The lines calib_version and kind.
std::string head_text(const std::string& kind);
/// Parses the text of a file. Throws Error, with the file to pass instead, if it is of another
/// kind, and if a newer major version of calib wrote it. The caller checks all other keys.
YamlNode parse_kind(std::string text, const std::filesystem::path& file, const std::string& kind);

/// Reads an integer of at least `minimum` that fits an int.
int read_int(const YamlNode& node, int minimum);
/// Reads a list of exactly `count` such integers.
std::vector<int> read_ints(const YamlNode& node, std::size_t count, int minimum);
/// Reads a number of at least 0.
double read_not_negative(const YamlNode& node);

/// Parses the key of a map as a frame number. Throws Error at the key of `value` if it is not one.
std::int64_t read_frame_key(const std::string& key, const YamlNode& value);
/// Reads a value as a frame number.
std::int64_t read_frame(const YamlNode& node);

/// A time in seconds with at most 9 decimals.
std::string time_text(double time_s);
/// Reads seconds since the first image. Throws Error for a time that is beyond 1e9 s, since it is
/// in another unit or since another epoch.
double read_time_s(const YamlNode& node);
/// Reads a positive number of frames per second.
double read_frame_rate(const YamlNode& node);

/// "[1280, 720]"
std::string size_text(ImageSize size);
ImageSize read_size(const YamlNode& node);

std::string crop_text(const CropInfo& crop);
/// Throws Error unless the rectangle is inside the source and has the size of the camera's images.
CropInfo read_crop(const YamlNode& node, ImageSize image_size);

std::string board_text(const Board& board);
Board read_board(const YamlNode& node);

/// The end of a file: the block "provenance:", if there is a provenance, and the line "...", which
/// ends a YAML document. A file that starts with calib_version is not read without this line, since
/// it may have been cut off.
std::string tail_text(const Provenance& provenance);
Provenance read_provenance(const YamlNode& node);

/// Throws Error at the key of `entry` if `name` cannot be the name of a camera, which also names
/// folders.
void require_camera_name(const std::string& name, const YamlNode& entry);
/// Throws Error unless all names can be names of cameras and are different.
void require_camera_names(std::vector<std::string> names);

/// Throws Error unless all names are different, which the keys of a map must be.
void require_unique(std::vector<std::string> names, const std::string& what);

}  // namespace calib
