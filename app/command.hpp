#pragma once
// How a subcommand describes itself: flags from Option descriptions, and what to do once they are
// parsed.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/session.hpp"
#include "base/option.hpp"
#include "io/config.hpp"
#include "pipeline/board_options.hpp"

namespace CLI {
class App;
}

namespace calib {

/// One flag or input of a command as its help, its man page and completion tell of it.
struct Argument {
  std::vector<std::string> names;  ///< as they are typed: -o, --output; of an input what it is
  std::string placeholder;         ///< stands for the value; empty: takes none
  std::string help;
  std::vector<std::string> choices;  ///< the allowed values; empty: any
  std::string preset;                ///< the value that it has when it is not given; empty: none
  bool is_input = false;             ///< stands by itself, without a flag
  bool is_list = false;
};

/// The flags of one subcommand while it is being defined, and their values once parsed: the
/// configuration file first, then the flags, which win. Parsing opens no file.
class CommandLine {
 public:
  CommandLine(CLI::App& app, CommonFlags& common);

  /// Makes each option a flag (--min-views for min_views) and a key in the section of the
  /// configuration file ("": its top level). A flag whose name is taken by an earlier section gets
  /// the section's name before it.
  void add(const std::string& section, const std::vector<Option>& options);
  /// A list of inputs without a flag; the key in the configuration file is `option.key`.
  void add_positional(const Option& option);
  /// -o (with `has_output`), -j, --config, ...; called for every command.
  void add_common(bool has_output);

  /// Sets all options: from the file (if any), then from the flags.
  void apply(const std::vector<std::string>& known_sections);
  /// The flags that were given, as --flag: for "did you mean".
  std::vector<std::string> flag_names() const;
  /// Inputs and flags in the order of the help. Before apply(): presets are the current values.
  std::vector<Argument> arguments() const;

 private:
  struct Given {
    Option option;
    std::string flag;
    std::vector<std::string> values;
    bool seen = false;
  };
  /// What the top of a shared configuration file may hold for other commands.
  struct SharedKeys {
    BoardOptions board;
    std::vector<std::string> input;
  };
  std::vector<ConfigSection> sections_with_shared_keys(SharedKeys& unused) const;
  void add_flag(const Option& option, const std::string& flag);
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
  std::string example;                  ///< a command line that runs
  Action (*define)(CommandLine& line);  ///< adds its flags, returns what to do
  bool has_output = true;               ///< takes -o; otherwise it only tells
};

}  // namespace calib
