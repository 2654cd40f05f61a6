#pragma once
// YAML as OpenCV's FileStorage writes it: not quite YAML 1.2.

#include <string>

#include "io/yaml_reader.hpp"

namespace calib {

/// Reads it as strictly, and with the same places in messages, as any other YAML: what only
/// FileStorage understands (its first line, its tag for matrices) is blanked out.
YamlNode parse_opencv_yaml(std::string text, const std::string& name);

}  // namespace calib
