#include "app/program.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/errors.hpp"
#include "base/version.hpp"

namespace calib {
namespace {

std::string footer() {
  std::string codes;
  for (const auto& [code, meaning] : exit_codes())
    codes += fmt::format("{} {} {}", codes.empty() ? "" : ",", code, meaning);
  return "`calib COMMAND --help` shows the help of a command. Exit codes:" + codes + ".";
}

}  // namespace

const std::vector<std::pair<int, std::string>>& exit_codes() {
  static const std::vector<std::pair<int, std::string>> kExitCodes = {
      {0, "done"},
      {1, "the data cannot determine the answer or a gate was missed"},
      {2, "usage, configuration or file error"},
      {130, "interrupted"}};
  return kExitCodes;
}

Program::Program(const std::optional<std::string>& only)
    : app_("Calibrates rigs of cameras from pictures of a printed board.", "calib") {
  app_.set_version_flag("--version", std::string(kVersion));
  app_.require_subcommand(1);
  app_.footer(footer());
  for (const Command& command : calib::commands()) {
    CLI::App* sub = app_.add_subcommand(command.name, command.help);
    if (only && *only != command.name) continue;
    sub->footer("Example:\n  " + command.example);
    auto line = std::make_unique<CommandLine>(*sub, common_);
    Action action = command.define(*line);
    line->add_common(command.has_output);
    commands_.push_back({&command, sub, std::move(line), std::move(action)});
  }
}

const DefinedCommand& Program::chosen() const {
  const auto found =
      std::find_if(commands_.begin(), commands_.end(),
                   [](const DefinedCommand& defined) { return defined.app->parsed(); });
  require(found != commands_.end(), "no command was given; `calib --help` lists them");
  return *found;
}

}  // namespace calib
