#include "app/run_cli.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <new>
#include <nlohmann/json.hpp>

#include "app/program.hpp"
#include "base/errors.hpp"
#include "base/paths.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "pipeline/context.hpp"

namespace calib {
namespace {

constexpr const char* kOutOfMemory = "out of memory: use fewer threads with -j";

// Throws Error for an unknown command or flag and suggests the most similar one, which the parser's
// own message does not.
void require_known_words(const std::vector<std::string>& args,
                         const std::vector<DefinedCommand>& defined) {
  require(!args.empty(), "no command was given; `calib --help` lists them");
  if (args.front().starts_with("-")) return;
  const auto command = std::find_if(
      defined.begin(), defined.end(),
      [&](const DefinedCommand& candidate) { return candidate.command->name == args.front(); });
  if (command == defined.end()) {
    throw Error("unknown command '" + args.front() + "'" +
                did_you_mean(args.front(), command_names()) + "; `calib --help` lists them");
  }
  const std::vector<std::string> flags = command->line->flag_names();
  for (const std::string& arg : args) {
    if (arg == "--") return;
    const std::string flag = arg.substr(0, arg.find('='));
    if (!arg.starts_with("--") || std::find(flags.begin(), flags.end(), flag) != flags.end())
      continue;
    throw Error("unknown flag '" + flag + "'" + did_you_mean(flag, flags) + "; `calib " +
                args.front() + " --help` lists them");
  }
}

// Sets `has_json` to whether JSON was printed if the command throws.
void dispatch(const std::vector<std::string>& args, std::ostream& out, std::ostream& err,
              bool& has_json) {
  Program program(args.empty() ? "" : args.front());
  require_known_words(args, program.commands());
  try {
    program.app().parse(std::vector<std::string>(args.rbegin(), args.rend()));
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) {  // --help, --version
      program.app().exit(error, out, err);
      return;
    }
    throw Error(std::string(error.what()) + "; `calib " + (args.empty() ? "" : args.front() + " ") +
                "--help` shows the help");
  }
  const DefinedCommand& chosen = program.chosen();
  chosen.line->apply(command_names());
  Session session(out, err, program.common());
  try {
    chosen.action(session);
  } catch (...) {
    has_json = session.has_json();
    throw;
  }
}

bool asks_for_json(const std::vector<std::string>& args) {
  const auto end = std::find(args.begin(), args.end(), "--");
  return std::find(args.begin(), end, "--json") != end;
}

}  // namespace

int run_cli(const std::vector<std::string>& args, std::ostream& out, std::ostream& err) {
  prepare_process();
  bool has_json = false;
  const auto fail = [&](const char* what, int code) {
    err << "calib: " << visible(what) << std::endl;
    if (asks_for_json(args) && !has_json) {
      const nlohmann::ordered_json json = {{"error", visible(what)}, {"exit_code", code}};
      out << json.dump(2) << std::endl;
    }
    return code;
  };
  try {
    dispatch(args, out, err, has_json);
    require(
        static_cast<bool>(out.flush()),
        "standard output: cannot be written to (the disk is full, or the reader of the pipe has "
        "ended); the printed result is incomplete, but all files are complete");
    return 0;
  } catch (const UndeterminedError& error) {
    return fail(error.what(), 1);
  } catch (const GateError& error) {
    return fail(error.what(), 1);
  } catch (const Interrupted& error) {
    return fail(error.what(), 130);
  } catch (const Error& error) {
    return fail(error.what(), 2);
  } catch (const std::filesystem::filesystem_error& error) {
    return fail(reason_of(error).c_str(), 2);
  } catch (const std::bad_alloc&) {
    return fail(kOutOfMemory, 2);
  } catch (const std::exception& error) {
    // OpenCV has no class for it.
    if (std::string_view(error.what()).find("(-4:Insufficient memory)") != std::string_view::npos)
      return fail(kOutOfMemory, 2);
    return fail((std::string("unexpected error: ") + error.what()).c_str(), 2);
  }
}

}  // namespace calib
