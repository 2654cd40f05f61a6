#pragma once
// --config FILE: the same keys as the flags, in YAML, shared ones at the top and a section for each
// stage:
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

/// A person wrote it: more than this is another file by mistake.
inline constexpr std::uintmax_t kMaxConfigBytes = std::uintmax_t{1} << 20;

/// A named group of options; the section "" is the top level.
struct ConfigSection {
  std::string name;
  std::vector<Option> options;
};

/// Sets every option that the file names. Unknown sections and keys are Errors with place and
/// nearest name; a value that does not fit is an Error with the place of the value.
/// `known_sections` are sections of other commands, which one shared file may hold: they are
/// checked for their name only.
void read_config(const std::filesystem::path& file, const std::vector<ConfigSection>& sections,
                 const std::vector<std::string>& known_sections);

/// The same for a map in a larger file, whose keys `others` are the caller's.
void read_config(const YamlNode& root, const std::vector<ConfigSection>& sections,
                 const std::vector<std::string>& known_sections,
                 const std::vector<std::string>& others = {});

/// For a file that may hold a list of maps under `key`: for each of them `options_of_next` gives
/// the options that it may set, and `done` takes what they were set to. Errors of both get the
/// place in the file. Whether there is such a list.
bool read_option_list(const std::filesystem::path& file, const std::string& key,
                      const std::function<std::vector<Option>()>& options_of_next,
                      const std::function<void()>& done);

}  // namespace calib
