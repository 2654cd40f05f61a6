#include "app/run_cli.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <new>

#include "app/commands.hpp"
#include "base/errors.hpp"
#include "base/text.hpp"
#include "base/version.hpp"
#include "pipeline/context.hpp"

namespace calib {
namespace {

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  for (const Command& command : commands()) names.push_back(command.name);
  return names;
}

// The parser's own message for a mistyped word is long and does not say what was meant.
void require_known_words(const std::vector<std::string>& args,
                         const std::vector<std::pair<std::string, const CommandLine*>>& lines) {
  if (args.empty() || args.front().starts_with("-")) return;
  const auto line = std::find_if(lines.begin(), lines.end(),
                                 [&](const auto& entry) { return entry.first == args.front(); });
  if (line == lines.end()) {
    throw Error("unknown command '" + args.front() + "'" +
                did_you_mean(args.front(), command_names()) + "; `calib --help` lists them");
  }
  const std::vector<std::string> flags = line->second->flag_names();
  for (const std::string& arg : args) {
    if (arg == "--") return;
    const std::string flag = arg.substr(0, arg.find('='));
    if (!arg.starts_with("--") || std::find(flags.begin(), flags.end(), flag) != flags.end())
      continue;
    throw Error("unknown flag '" + flag + "'" + did_you_mean(flag, flags) + "; `calib " +
                args.front() + " --help` lists them");
  }
}

void dispatch(const std::vector<std::string>& args, std::ostream& out, std::ostream& err) {
  CLI::App app{"Calibrates rigs of synchronised cameras from pictures of a chessboard.", "calib"};
  app.set_version_flag("--version", std::string(kVersion));
  app.require_subcommand(1);
  app.footer(
      "`calib COMMAND --help` tells more. Exit codes: 0 done, 1 the data cannot determine the "
      "answer or a gate was "
      "missed,\n2 usage, configuration or file error, 130 interrupted.");
  CommonFlags common;
  std::vector<std::unique_ptr<CommandLine>> lines;
  std::vector<std::pair<std::string, const CommandLine*>> by_name;
  Action chosen;
  CommandLine* chosen_line = nullptr;
  for (const Command& command : commands()) {
    CLI::App* sub = app.add_subcommand(command.name, command.help);
    sub->footer("Example:\n  " + command.example);
    CommandLine& line = *lines.emplace_back(std::make_unique<CommandLine>(*sub, common));
    const Action action = command.define(line);
    line.add_common();
    by_name.emplace_back(command.name, &line);
    sub->callback([&chosen, &chosen_line, action, &line] {
      chosen = action;
      chosen_line = &line;
    });
  }
  require_known_words(args, by_name);
  try {
    app.parse(std::vector<std::string>(args.rbegin(), args.rend()));
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) {  // --help, --version
      app.exit(error, out, err);
      return;
    }
    throw Error(std::string(error.what()) + "; `calib " + (args.empty() ? "" : args.front() + " ") +
                "--help` tells more");
  }
  chosen_line->apply(command_names());
  Session session(out, err, common);
  chosen(session);
}

}  // namespace

int run_cli(const std::vector<std::string>& args, std::ostream& out, std::ostream& err) {
  prepare_process();
  const auto fail = [&](const char* what, int code) {
    err << "calib: " << what << std::endl;
    return code;
  };
  try {
    dispatch(args, out, err);
    require(static_cast<bool>(out.flush()),
            "standard output: cannot be written to (is the disk full?); the result is incomplete");
    return 0;
  } catch (const UndeterminedError& error) {
    return fail(error.what(), 1);
  } catch (const GateError& error) {
    return fail(error.what(), 1);
  } catch (const Interrupted& error) {
    return fail(error.what(), 130);
  } catch (const Error& error) {
    return fail(error.what(), 2);
  } catch (const std::bad_alloc&) {
    return fail("out of memory: use fewer threads with -j", 2);
  } catch (const std::exception& error) {
    return fail((std::string("unexpected error: ") + error.what()).c_str(), 2);
  }
}

}  // namespace calib
