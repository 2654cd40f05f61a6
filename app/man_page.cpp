#include "app/man_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "base/errors.hpp"
#include "base/text.hpp"
#include "base/version.hpp"

namespace calib {
namespace {

// The text escaped for roff: copyable hyphens, no escape sequences, and no request at the start of
// a line.
std::string roff(const std::string& text) {
  std::string result = text.starts_with('.') || text.starts_with('\'') ? "\\&" : "";
  for (const char c : text) {
    if (c == '-' || c == '\\') result += '\\';
    result += c == '\\' ? 'e' : c;
  }
  return result;
}

std::string bold(const std::string& text) { return "\\fB" + roff(text) + "\\fR"; }
std::string italic(const std::string& text) { return "\\fI" + roff(text) + "\\fR"; }

std::string head(const std::string& name, const std::string& help) {
  return fmt::format(
      ".TH {} 1 \"\" \"calib {}\" \"calib\"\n.SH NAME\n{} \\- {}\n.SH SYNOPSIS\n.nh\n",
      roff(upper_case(name)), kVersion, roff(name), roff(help));
}

std::string argument_entry(const Argument& argument) {
  std::string names;
  for (const std::string& name : argument.names)
    names += (names.empty() ? "" : ", ") + (argument.is_input ? italic(name) : bold(name));
  if (!argument.is_input && !argument.placeholder.empty())
    names += " " + italic(argument.placeholder);
  std::string text = fmt::format(".TP\n{}\n{}\n", names, roff(argument.help));
  if (!argument.choices.empty())
    text += fmt::format(".br\nOne of {}.\n", roff(join(argument.choices, ", ")));
  if (!argument.preset.empty()) text += fmt::format(".br\nDefault: {}\n", roff(argument.preset));
  return text;
}

std::string section(const std::string& title, const std::vector<Argument>& arguments, bool inputs) {
  std::string text;
  for (const Argument& argument : arguments)
    if (argument.is_input == inputs) text += argument_entry(argument);
  return text.empty() ? text : ".SH " + title + "\n" + text;
}

// Words in `backticks` become bold.
std::string roff_line(const std::string& line) {
  std::string result;
  bool is_quoted = false;
  for (std::size_t begin = 0; begin <= line.size(); is_quoted = !is_quoted) {
    const std::size_t end = std::min(line.find('`', begin), line.size());
    const std::string part = line.substr(begin, end - begin);
    result += is_quoted ? bold(part) : roff(part);
    begin = end + 1;
  }
  return result + "\n";
}

// The two sections of a command's text, as roff.
struct Manual {
  std::string description, diagnostics;
};

Manual read_prose(const std::string& command, const std::string& prose) {
  Manual manual;
  bool is_description = true;
  std::istringstream lines(prose);
  for (std::string line; std::getline(lines, line);) {
    if (line == "DIAGNOSTICS") {
      is_description = false;
    } else if (is_description) {
      manual.description += line.empty() ? ".PP\n" : roff_line(line);
    } else if (!line.empty()) {
      const std::size_t indent = line.find_first_not_of(' ');
      if (indent == 0) manual.diagnostics += ".TP\n";
      manual.diagnostics += indent == 0 ? italic(line) + "\n" : roff_line(line.substr(indent));
    }
  }
  require(!manual.description.empty() && !manual.diagnostics.empty(),
          command + ".txt: expected a description, the line DIAGNOSTICS, and messages");
  return {".SH DESCRIPTION\n" + manual.description, ".SH DIAGNOSTICS\n" + manual.diagnostics};
}

std::string exit_status() {
  std::string text = ".SH EXIT STATUS\n";
  for (const auto& [code, meaning] : exit_codes())
    text += fmt::format(".TP\n{}\n{}\n", bold(std::to_string(code)), roff(meaning));
  return text;
}

}  // namespace

std::string program_man_page(const Program& program, const std::string& prose) {
  const Manual manual = read_prose("calib", prose);
  std::string text = head("calib", "calibrates rigs of cameras from pictures of a printed board");
  text += bold("calib") + " " + italic("COMMAND") + " [" + italic("OPTIONS") + "] [" +
          italic("INPUT") + " ...]\n" + manual.description + ".SH COMMANDS\n";
  std::string others;
  for (const DefinedCommand& defined : program.commands()) {
    const std::string& name = defined.command->name;
    text += fmt::format(".TP\n{}\n{}\n", bold(name), roff(defined.command->help));
    others += fmt::format("{}{}(1)", others.empty() ? "" : ",\n", bold("calib-" + name));
  }
  return text + exit_status() + manual.diagnostics + ".SH SEE ALSO\n" + others + "\n";
}

std::string command_man_page(const DefinedCommand& defined, const std::string& prose) {
  const Command& command = *defined.command;
  const Manual manual = read_prose(command.name, prose);
  const std::vector<Argument> arguments = defined.line->arguments();
  std::string text = head("calib-" + command.name, command.help);
  text += bold("calib " + command.name) + " [" + italic("OPTIONS") + "]";
  for (const Argument& argument : arguments)
    if (argument.is_input) text += " [" + italic(argument.names.front()) + " ...]";
  text += "\n" + manual.description + section("INPUTS", arguments, true) +
          section("OPTIONS", arguments, false);
  text += fmt::format(".SH EXAMPLE\n.nf\n{}\n.fi\n", roff(command.example));
  return text + exit_status() + manual.diagnostics + ".SH SEE ALSO\n" + bold("calib") + "(1)\n";
}

}  // namespace calib
