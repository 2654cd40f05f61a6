#include "io/config.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/errors.hpp"
#include "base/text.hpp"

namespace calib {
namespace {

const Option* find_option(const ConfigSection& section, const std::string& key) {
  const auto found = std::find_if(section.options.begin(), section.options.end(),
                                  [&](const Option& option) { return option.key == key; });
  return found == section.options.end() ? nullptr : &*found;
}

const ConfigSection* find_section(const std::vector<ConfigSection>& sections,
                                  const std::string& name) {
  const auto found = std::find_if(sections.begin(), sections.end(),
                                  [&](const ConfigSection& s) { return s.name == name; });
  return found == sections.end() ? nullptr : &*found;
}

std::vector<std::string> option_keys(const ConfigSection& section) {
  std::vector<std::string> keys;
  for (const Option& option : section.options) keys.push_back(option.key);
  return keys;
}

void set_option(const Option& option, const YamlNode& value) {
  std::vector<std::string> texts;
  if (value.is_list()) {
    for (const YamlNode& item : value.items()) texts.push_back(item.text());
  } else {
    texts.push_back(value.text());
  }
  try {
    option.set(texts);
  } catch (const Error& error) {
    value.fail(error.what());
  }
}

// A hint to the section in which the key is known, or "".
std::string better_place(const std::string& key, const std::vector<ConfigSection>& sections) {
  for (const ConfigSection& section : sections) {
    if (!find_option(section, key)) continue;
    return section.name.empty() ? fmt::format(" ('{}' belongs at the top level)", key)
                                : fmt::format(" ('{}' belongs in '{}')", key, section.name);
  }
  return "";
}

[[noreturn]] void fail_unknown(const std::string& key, const YamlNode& value,
                               const std::string& where, const std::vector<ConfigSection>& sections,
                               const std::vector<std::string>& known) {
  std::string hint = better_place(key, sections);
  if (hint.empty()) hint = did_you_mean(key, known);
  value.fail_at_key(fmt::format("unknown key '{}'{}{}", key, where, hint));
}

void read_section(const ConfigSection& section, const YamlNode& node,
                  const std::vector<ConfigSection>& sections) {
  if (node.is_null()) return;  // All lines of the section are commented out.
  for (const auto& [key, value] : node.entries()) {
    const Option* option = find_option(section, key);
    if (!option) {
      fail_unknown(key, value, fmt::format(" in '{}'", section.name), sections,
                   option_keys(section));
    }
    set_option(*option, value);
  }
}

}  // namespace

void read_config(const std::filesystem::path& file, const std::vector<ConfigSection>& sections,
                 const std::vector<std::string>& known_sections) {
  const YamlNode root = YamlNode::load(file, kMaxConfigBytes);
  if (!root.is_null()) read_config(root, sections, known_sections);
}

void read_config(const YamlNode& root, const std::vector<ConfigSection>& sections,
                 const std::vector<std::string>& known_sections,
                 const std::vector<std::string>& others) {
  std::vector<std::string> known = known_sections;
  known.insert(known.end(), others.begin(), others.end());
  for (const ConfigSection& section : sections) {
    if (!section.name.empty()) known.push_back(section.name);
  }
  const ConfigSection* top = find_section(sections, "");
  if (top) {
    const std::vector<std::string> keys = option_keys(*top);
    known.insert(known.end(), keys.begin(), keys.end());
  }

  for (const auto& [key, value] : root.entries()) {
    if (std::find(others.begin(), others.end(), key) != others.end()) continue;
    const Option* option = top ? find_option(*top, key) : nullptr;
    const ConfigSection* section = key.empty() ? nullptr : find_section(sections, key);
    if (option) {
      set_option(*option, value);
    } else if (section) {
      read_section(*section, value, sections);
    } else if (std::find(known_sections.begin(), known_sections.end(), key) ==
               known_sections.end()) {
      fail_unknown(key, value, "", sections, known);
    } else if (!value.is_map() && !value.is_null()) {
      value.fail(fmt::format("'{}' is a section, expected a map (key: value)", key));
    }
  }
}

bool read_option_list(const std::filesystem::path& file, const std::string& key,
                      const std::function<std::vector<Option>()>& options_of_next,
                      const std::function<void()>& done) {
  const YamlNode root = YamlNode::load(file, kMaxConfigBytes);
  const auto list = root.is_map() ? root.find(key) : std::nullopt;
  if (!list) return false;
  root.expect_keys({key});
  for (const YamlNode& item : list->items()) {
    const ConfigSection section{key, options_of_next()};
    read_section(section, item, {section});
    try {
      done();
    } catch (const Error& error) {
      item.fail(error.what());
    }
  }
  return true;
}

}  // namespace calib
