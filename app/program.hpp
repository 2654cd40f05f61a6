#pragma once
// The parser of the whole command line, built from THE LIST of subcommands. Used to run a command
// and to write the man pages and shell completions.

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

/// The exit codes and their meanings.
const std::vector<std::pair<int, std::string>>& exit_codes();

class Program {
 public:
  /// Defines the flags of all commands, or of the command `only`, which takes a tenth of the time.
  explicit Program(const std::optional<std::string>& only = std::nullopt);
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  CLI::App& app() { return app_; }
  const CommonFlags& common() const { return common_; }
  /// The commands whose flags are defined.
  const std::vector<DefinedCommand>& commands() const { return commands_; }
  /// The command in the parsed command line. Throws Error if there is none.
  const DefinedCommand& chosen() const;

 private:
  CLI::App app_;
  CommonFlags common_;
  std::vector<DefinedCommand> commands_;
};

}  // namespace calib
