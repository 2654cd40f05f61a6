#pragma once
// Reads the part of TOML that calibration files use: [sections] and lines `key = value` with text,
// numbers, booleans and lists, which may go over several lines.

#include <string>

#include "io/yaml_reader.hpp"

namespace calib {

/// A map with the values before the first section, and a map for each section, whose key is the
/// whole name ("a.b" for [a.b]). Throws Error "NAME:LINE:COLUMN: ...".
YamlNode parse_toml(const std::string& text, const std::string& name);

}  // namespace calib
