#pragma once
// Parses YAML as OpenCV's FileStorage writes it, which is not valid YAML 1.2.

#include <string>

#include "io/yaml_reader.hpp"

namespace calib {

/// Replaces the first line and the tag for matrices of FileStorage by blanks, and then reads the
/// text as strictly as any other YAML, with the correct places in messages.
YamlNode parse_opencv_yaml(std::string text, const std::string& name);

}  // namespace calib
