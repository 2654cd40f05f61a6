#include "io/opencv_yaml.hpp"

namespace calib {

YamlNode parse_opencv_yaml(std::string text, const std::string& name) {
  for (const std::string_view word : {"%YAML:1.0", "!!opencv-matrix"}) {
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at))
      text.replace(at, word.size(), word.size(), ' ');
  }
  return YamlNode::parse(text, name);
}

}  // namespace calib
