#pragma once
// Reads the configuration file of --config: a YAML file with the same keys as the flags. Shared
// keys are at the top level, and each stage has a section:
//   board: 11x8
//   square: 30mm
//   detect: {detector: sb}

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/option.hpp"
#include "io/yaml_reader.hpp"

namespace calib {

/// A larger file is not a configuration, which a person writes by hand.
inline constexpr std::uintmax_t kMaxConfigBytes = std::uintmax_t{1} << 20;

/// A group of options; the section with the name "" is the top level.
struct ConfigSection {
  std::string name;
  std::vector<Option> options;
};

/// Sets every option that the file has. Throws Error, with the place in the file, for an unknown
/// section or key (with the most similar name) and for an invalid value. `known_sections` are the
/// sections of other commands, which the file may also have; their content is not checked.
void read_config(const std::filesystem::path& file, const std::vector<ConfigSection>& sections,
                 const std::vector<std::string>& known_sections);

/// The same for a map in a larger file. The keys `others` are left to the caller.
void read_config(const YamlNode& root, const std::vector<ConfigSection>& sections,
                 const std::vector<std::string>& known_sections,
                 const std::vector<std::string>& others = {});

/// Reads a list of maps under `key`. For each map, `options_of_next` returns the options that it
/// may set, and `done` is called after they were set. Errors of both get the place in the file.
/// Returns false if the file has no such list.
bool read_option_list(const std::filesystem::path& file, const std::string& key,
                      const std::function<std::vector<Option>()>& options_of_next,
                      const std::function<void()>& done);

}  // namespace calib
