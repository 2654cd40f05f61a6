#pragma once
// What several artifact files have in common: their head, image sizes, crops, boards, provenance.
// Each part has its text (without a line end, for "key: TEXT") and its strict reading.

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
/// The text of a file of this kind, which no newer major version wrote; the message for another
/// kind says which file to pass. Keys beyond these are the caller's to check.
YamlNode parse_kind(std::string text, const std::filesystem::path& file, const std::string& kind);

/// A whole number of at least `minimum` that fits an int.
int read_int(const YamlNode& node, int minimum);
/// Exactly `count` of them.
std::vector<int> read_ints(const YamlNode& node, std::size_t count, int minimum);
/// A number of at least 0.
double read_not_negative(const YamlNode& node);

/// The frame that a map's key names. Throws Error at the key of `value` when it is no whole number.
std::int64_t read_frame_key(const std::string& key, const YamlNode& value);
/// The frame that a value names.
std::int64_t read_frame(const YamlNode& node);

/// "[1280, 720]"
std::string size_text(ImageSize size);
ImageSize read_size(const YamlNode& node);

std::string crop_text(const CropInfo& crop);
/// Checks that the rectangle lies in the source and has the camera's `image_size`.
CropInfo read_crop(const YamlNode& node, ImageSize image_size);

std::string board_text(const Board& board);
Board read_board(const YamlNode& node);

/// The end of a file: the block "provenance:", if there is something to say, and the line "...",
/// YAML's end of a document, without which a file that starts with calib_version is not read.
std::string tail_text(const Provenance& provenance);
Provenance read_provenance(const YamlNode& node);

/// Throws Error at the key of `entry` when `name` cannot be a camera's: stages make folders of it.
void require_camera_name(const std::string& name, const YamlNode& entry);
/// Throws Error unless each can be, and all differ.
void require_camera_names(std::vector<std::string> names);

/// Throws Error unless all names differ: a file's map cannot hold two entries of one name.
void require_unique(std::vector<std::string> names, const std::string& what);

}  // namespace calib
