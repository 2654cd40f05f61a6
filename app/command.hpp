#pragma once
// The definition of a subcommand: its flags, made from descriptions of Options, and the action that
// runs after parsing.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/session.hpp"
#include "base/option.hpp"
#include "io/config.hpp"
#include "pipeline/board_options.hpp"

namespace CLI {  // NOLINT(readability-identifier-naming): the name of CLI11
class App;
class Option;
}  // namespace CLI

namespace calib {

/// One flag or input of a command, as in its help, its man page and its shell completion.
struct Argument {
  std::vector<std::string> names;  ///< as typed: -o, --output; for an input its name
  std::string placeholder;         ///< for the value; empty: the flag has no value
  std::string help;
  std::vector<std::string> choices;  ///< the allowed values; empty: any
  std::string preset;                ///< the default value; empty: none
  bool is_input = false;             ///< a positional argument
  bool is_list = false;
};

/// The flags of one subcommand and, after parsing, their values. Flags take precedence over the
/// configuration file. Parsing opens no file.
class CommandLine {
 public:
  CommandLine(CLI::App& app, CommonFlags& common);

  /// Makes each option a flag (--min-views for min_views) and a key in this section of the
  /// configuration file ("": its top level). If an earlier section has a flag of the same name, the
  /// flag gets the section's name as a prefix.
  void add(const std::string& section, const std::vector<Option>& options);
  /// Adds a list of positional arguments; the key in the configuration file is `option.key`.
  void add_positional(const Option& option);
  /// Adds the flags of every command: -o (if `has_output`), -j, --config, ...
  void add_common(bool has_output);

  /// Sets all options from the configuration file, if there is one, and then from the flags. Throws
  /// Error.
  void apply(const std::vector<std::string>& known_sections);
  /// All flags of the command with their dashes.
  std::vector<std::string> flag_names() const;
  /// Inputs and flags in the order of the help. Call it before apply(), which changes the defaults.
  std::vector<Argument> arguments() const;

 private:
  struct Given {
    Option option;
    std::string flag;
    std::vector<std::string> values;
    bool seen = false;
  };
  /// The top-level keys of a configuration file that are for other commands.
  struct SharedKeys {
    BoardOptions board;
    std::vector<std::string> input;
  };
  std::vector<ConfigSection> sections_with_shared_keys(SharedKeys& unused) const;
  CLI::Option* add_flag(const Option& option, const std::string& flag);
  Given& remember(const Option& option, const std::string& flag);
  const Option* find_option(const std::string& flag) const;
  ConfigSection& section(const std::string& name);

  CLI::App& app_;
  CommonFlags& common_;
  std::vector<std::unique_ptr<Given>> given_;
  std::vector<ConfigSection> sections_;
};

using Action = std::function<void(Session&)>;

struct Command {
  std::string name;
  std::string help;                     ///< one line
  std::string example;                  ///< a complete command line
  Action (*define)(CommandLine& line);  ///< adds the flags and returns the action
  bool has_output = true;               ///< has the flag -o; otherwise it only prints
};

}  // namespace calib
