#pragma once
// The whole command line as the parser knows it: built once from THE LIST of subcommands, for
// running a command and for what tells of all of them (man pages, completion).

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/commands.hpp"

namespace calib {

struct DefinedCommand {
  const Command* command;
  CLI::App* app;
  std::unique_ptr<CommandLine> line;
  Action action;
};

/// Exit code and when it is given.
const std::vector<std::pair<int, std::string>>& exit_codes();

class Program {
 public:
  /// With the flags of every command, or of `only` that one, which takes a tenth of the time.
  explicit Program(const std::optional<std::string>& only = std::nullopt);
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  CLI::App& app() { return app_; }
  const CommonFlags& common() const { return common_; }
  /// Those whose flags are defined.
  const std::vector<DefinedCommand>& commands() const { return commands_; }
  /// The command that the parsed words name.
  const DefinedCommand& chosen() const;

 private:
  CLI::App app_;
  CommonFlags common_;
  std::vector<DefinedCommand> commands_;
};

}  // namespace calib
