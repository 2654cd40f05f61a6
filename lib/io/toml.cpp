#include "io/toml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/errors.hpp"

namespace calib {
namespace {

// The values of TOML that are read here are the same in YAML. Therefore each line is converted to
// the equivalent YAML line, with its value in the same column.
class TomlLines {
 public:
  /// Throws Error if the line is neither a section, nor a key with a value, nor goes on with a
  /// list.
  std::string to_yaml(std::string_view line, const std::string& place) {
    line = without_comment(line);
    if (line.empty()) return "";
    if (depth_ > 0) return continued(line);
    if (const std::size_t begin = line.find_first_not_of(" \t"); line[begin] == '[')
      return section(line.substr(begin), place);
    return key_and_value(line, place);
  }

 private:
  static bool is_name(std::string_view text) {
    constexpr std::string_view kLetters =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
    const bool quoted = text.size() > 2 && text.front() == '"' && text.back() == '"' &&
                        text.substr(1, text.size() - 2).find('"') == std::string_view::npos;
    return quoted || (!text.empty() && text.find_first_not_of(kLetters) == std::string_view::npos);
  }

  static std::string_view without_blanks_behind(std::string_view text) {
    return text.substr(0, text.find_last_not_of(" \t\r") + 1);
  }

  // Where the text between the quotes that opens at `begin` ends.
  static std::size_t end_of_quoted(std::string_view line, std::size_t begin) {
    std::size_t at = begin + 1;
    while (at < line.size() && line[at] != line[begin])
      at += line[begin] == '"' && line[at] == '\\' ? 2 : 1;
    return std::min(at, line.size());
  }

  static std::string_view without_comment(std::string_view line) {
    for (std::size_t at = 0; at < line.size(); ++at) {
      if (line[at] == '"' || line[at] == '\'') at = end_of_quoted(line, at);
      if (at < line.size() && line[at] == '#') return without_blanks_behind(line.substr(0, at));
    }
    return without_blanks_behind(line);
  }

  // How many more lists the text opens than it closes.
  static int opened_lists(std::string_view text) {
    int depth = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
      if (text[at] == '"' || text[at] == '\'') at = end_of_quoted(text, at);
      if (at >= text.size()) break;
      if (text[at] == '[') ++depth;
      if (text[at] == ']') --depth;
    }
    return depth;
  }

  // In YAML, the lines of a list must be indented further than its key.
  std::string continued(std::string_view line) {
    depth_ += opened_lists(line);
    return "  " + std::string(line);
  }

  std::string section(std::string_view line, const std::string& place) {
    require(line.back() == ']' && is_name(line.substr(1, line.size() - 2)),
            fmt::format("{}: found '{}', expected [section]", place, line));
    in_section_ = true;
    return fmt::format("{}:", line.substr(1, line.size() - 2));
  }

  std::string key_and_value(std::string_view line, const std::string& place) {
    const std::size_t equals = line.find('=');
    const std::size_t begin = std::min(line.find_first_not_of(" \t"), line.size());
    const std::string_view key = without_blanks_behind(line.substr(begin, equals - begin));
    require(equals != std::string_view::npos && begin < equals && is_name(key),
            fmt::format("{}: found '{}', expected [section] or key = value", place, line));
    const std::size_t value = std::min(line.find_first_not_of(" \t", equals + 1), line.size());
    const std::string indented = fmt::format("{}{}:", in_section_ ? " " : "", key);
    depth_ = std::max(0, opened_lists(line.substr(value)));
    return fmt::format("{:<{}}{}", indented, std::max(value, indented.size() + 1),
                       line.substr(value));
  }

  int depth_ = 0;  // of the list in which the next line begins
  bool in_section_ = false;
};

}  // namespace

YamlNode parse_toml(const std::string& text, const std::string& name) {
  TomlLines lines;
  std::string yaml;
  std::size_t number = 1;
  for (std::size_t begin = 0; begin < text.size(); ++number) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    yaml += lines.to_yaml(std::string_view(text).substr(begin, end - begin),
                          fmt::format("{}:{}:1", name, number)) +
            "\n";
    begin = end + 1;
  }
  return YamlNode::parse(yaml, name);
}

}  // namespace calib
