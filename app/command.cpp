#include "app/command.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/errors.hpp"
#include "base/text.hpp"

namespace calib {
namespace {

std::string flag_of(std::string key) {
  std::replace(key.begin(), key.end(), '_', '-');
  return "--" + key;
}

// The default value as the help shows it. Empty for flags, and for 0 and -1, whose meaning the help
// text describes.
std::string preset_of(const Option& option) {
  const std::string value = join(option.values(), ",");
  return option.is_flag() || value == "0" || value == "-1" ? "" : value;
}

std::string help_of(const Option& option) {
  std::string help = option.help;
  if (!option.choices.empty()) help += " {" + join(option.choices, ",") + "}";
  const std::string preset = preset_of(option);
  return preset.empty() ? help : help + " [" + preset + "]";
}

std::vector<std::string> names_of(const CLI::Option& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.get_snames()) names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) names.push_back("--" + name);
  if (names.empty()) names.push_back(option.get_name(true));  // a positional argument
  return names;
}

}  // namespace

CommandLine::CommandLine(CLI::App& app, CommonFlags& common) : app_(app), common_(common) {}

void CommandLine::add(const std::string& section_name, const std::vector<Option>& options) {
  for (const Option& option : options) {
    section(section_name).options.push_back(option);
    std::string flag = flag_of(option.key);
    if (app_.get_option_no_throw(flag)) flag = flag_of(section_name + "_" + option.key);
    add_flag(option, flag)->group(section_name.empty() ? "Options" : "Options of " + section_name);
  }
}

CLI::Option* CommandLine::add_flag(const Option& option, const std::string& flag) {
  Given& given = remember(option, flag);
  if (option.is_flag()) {
    return app_.add_flag_callback(
        flag,
        [&given] {
          given.values = {"true"};
          given.seen = true;
        },
        help_of(option));
  }
  CLI::Option* added = app_.add_option(flag, given.values, help_of(option));
  added->type_name(option.placeholder);
  added->expected(1);
  added->allow_extra_args(false);  // the word after the value may be an input
  if (option.is_list) {
    added->take_all();
  } else {
    added->multi_option_policy(CLI::MultiOptionPolicy::Throw);
  }
  return added;
}

void CommandLine::add_positional(const Option& option) {
  section("").options.push_back(option);
  Given& given = remember(option, option.key);
  app_.add_option(option.key, given.values, option.help)->type_name(option.placeholder);
}

void CommandLine::add_common(bool has_output) {
  if (has_output)
    app_.add_option("-o,--output", common_.output, "path of the result")->type_name("PATH");
  app_.add_option("--config", common_.config,
                  "YAML file with the same keys as the flags; flags win")
      ->type_name("FILE");
  add("", {Option::number("jobs", common_.jobs, "threads; 0: all cores").at_least(0)});
  app_.add_option("-j", given_.back()->values, "short for --jobs")
      ->type_name("N")
      ->expected(1)
      ->allow_extra_args(false);
  add("", {max_pixels_option(common_.max_pixels)});
  app_.add_flag("--force", common_.force, "overwrite an existing output");
  app_.add_flag("--strict", common_.strict,
                "stop at the first broken file instead of leaving it out");
  app_.add_flag("--json", common_.json, "the result as JSON on stdout");
  app_.add_flag("-q,--quiet", common_.quiet, "no summary and no progress, warnings only");
  app_.add_flag("-v,--verbose", common_.verbose, "more detail on stderr");
  app_.add_option("--log-file", common_.log_file, "also write warnings and detail to this file")
      ->type_name("FILE");
}

// One configuration file is used by all commands. The top-level keys that this command does not
// need are read too, so that a wrong value is always an error, and then ignored.
std::vector<ConfigSection> CommandLine::sections_with_shared_keys(SharedKeys& unused) const {
  std::vector<ConfigSection> sections = sections_;
  auto top = std::find_if(sections.begin(), sections.end(),
                          [](const ConfigSection& section) { return section.name.empty(); });
  std::vector<Option> shared = describe(unused.board);
  shared.push_back(Option::list("input", unused.input, "", "INPUT"));
  for (Option& option : shared) {
    const bool is_own = std::any_of(top->options.begin(), top->options.end(),
                                    [&](const Option& own) { return own.key == option.key; });
    if (!is_own) top->options.push_back(std::move(option));
  }
  return sections;
}

void CommandLine::apply(const std::vector<std::string>& known_sections) {
  if (!common_.config.empty()) {
    SharedKeys unused;
    read_config(common_.config, sections_with_shared_keys(unused), known_sections);
  }
  for (const auto& given : given_) {
    if (!given->seen && given->values.empty()) continue;
    try {
      given->option.set(given->values);
    } catch (const Error& error) {
      // The message begins with the option's key; here it is a flag.
      const std::string text = error.what();
      throw Error(text.starts_with(given->option.key)
                      ? given->flag + text.substr(given->option.key.size())
                      : text);
    }
  }
}

std::vector<std::string> CommandLine::flag_names() const {
  std::vector<std::string> flags;
  for (const CLI::Option* option : app_.get_options()) {
    if (option->get_positional()) continue;
    const std::vector<std::string> names = names_of(*option);
    flags.insert(flags.end(), names.begin(), names.end());
  }
  return flags;
}

std::vector<Argument> CommandLine::arguments() const {
  std::vector<Argument> arguments;
  for (const CLI::Option* option : app_.get_options()) {
    Argument argument;
    argument.names = names_of(*option);
    argument.help = option->get_description();
    argument.is_input = option->get_positional();
    if (option->get_expected_max() > 0) argument.placeholder = option->get_type_name();
    if (const Option* known = find_option(argument.names.back())) {
      argument.help = known->help;
      argument.choices = known->choices;
      argument.preset = preset_of(*known);
      argument.is_list = known->is_list;
    }
    arguments.push_back(std::move(argument));
  }
  return arguments;
}

const Option* CommandLine::find_option(const std::string& flag) const {
  const auto found = std::find_if(given_.begin(), given_.end(),
                                  [&](const auto& given) { return given->flag == flag; });
  return found == given_.end() ? nullptr : &(*found)->option;
}

CommandLine::Given& CommandLine::remember(const Option& option, const std::string& flag) {
  given_.push_back(std::make_unique<Given>(Given{option, flag, {}, false}));
  return *given_.back();
}

ConfigSection& CommandLine::section(const std::string& name) {
  for (ConfigSection& existing : sections_) {
    if (existing.name == name) return existing;
  }
  return sections_.emplace_back(ConfigSection{name, {}});
}

}  // namespace calib
