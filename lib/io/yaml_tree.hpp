#pragma once
// Parses YAML into a tree of scalars, lists and maps, each with its place. Only io/yaml_reader.cpp,
// io/opencv_storage.cpp and io/export_json.cpp use it; all other code reads YAML through YamlNode.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace calib {

/// Line and byte in the line, both from 0.
struct YamlPlace {
  int line = 0, column = 0;
};

struct YamlItem {
  enum class Kind { kNull, kScalar, kList, kMap };
  Kind kind = Kind::kNull;
  YamlPlace place = {};
  bool quoted = false;                  ///< whether a scalar is in quotes or a block
  std::string text = {};                ///< of a scalar
  std::vector<YamlItem> children = {};  ///< of a list or map
  std::string key = {};                 ///< of a map's child
  YamlPlace key_place = {};             ///< of a map's child; otherwise the same as `place`
};

struct YamlDocument {
  std::string name;    ///< the name of the file in messages
  std::string source;  ///< the whole text
  YamlItem root;
};

/// Throws Error "NAME:LINE:COLUMN: ..." for text that is not UTF-8, syntax errors, a second
/// document, anchors, aliases, tags, keys that are not text, duplicate keys, and depth above 64.
std::shared_ptr<const YamlDocument> parse_yaml(std::string text, const std::string& name);

/// Throws Error for text that is not UTF-8 and for control characters. `kind` is what the file
/// should be.
void require_clean_text(const YamlDocument& document, const char* kind);

/// Line `line` (from 0) of a text without its line end. Returns "" after the last line.
std::string_view line_of(std::string_view text, std::size_t line);

/// "NAME:LINE:COLUMN: ", with lines and characters counted from 1.
std::string place_text(const YamlDocument& document, YamlPlace place);

}  // namespace calib
