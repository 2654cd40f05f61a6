#pragma once
// Parses YAML, JSON and XML as OpenCV's FileStorage writes them. Its YAML is not valid YAML 1.2.

#include <string>

#include "io/yaml_reader.hpp"

namespace calib {

/// Text that begins with "<" is XML, whose elements become keys, and whose numbers and texts
/// between blanks become a list. All else is YAML, in which the first line and the tag for matrices
/// become blanks. The rest is read as strictly as any other YAML, with the correct places in
/// messages.
YamlNode parse_opencv_storage(std::string text, const std::string& name);

}  // namespace calib
