#include "app/man_page.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "base/version.hpp"

namespace calib {
namespace {

// Text as roff takes it: a hyphen that can be copied, no escape, no request at the start of a line.
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

std::string exit_status() {
  std::string text = ".SH EXIT STATUS\n";
  for (const auto& [code, meaning] : exit_codes())
    text += fmt::format(".TP\n{}\n{}\n", bold(std::to_string(code)), roff(meaning));
  return text;
}

}  // namespace

std::string program_man_page(const Program& program) {
  std::string text = head("calib", "calibrates rigs of synchronized cameras");
  text += bold("calib") + " " + italic("COMMAND") + " [" + italic("OPTIONS") + "] [" +
          italic("INPUT") + " ...]\n.SH DESCRIPTION\n";
  text +=
      "Finds lenses, poses and their uncertainty from pictures of a board, and rectifies pairs. "
      "Every command reads images or YAML and writes YAML that the next one reads;\n" +
      bold("calib run") + " runs them all.\n.SH COMMANDS\n";
  std::string others;
  for (const DefinedCommand& defined : program.commands()) {
    const std::string& name = defined.command->name;
    text += fmt::format(".TP\n{}\n{}\n", bold(name), roff(defined.command->help));
    others += fmt::format("{}{}(1)", others.empty() ? "" : ",\n", bold("calib-" + name));
  }
  return text + exit_status() + ".SH SEE ALSO\n" + others + "\n";
}

std::string command_man_page(const DefinedCommand& defined) {
  const Command& command = *defined.command;
  const std::vector<Argument> arguments = defined.line->arguments();
  std::string text = head("calib-" + command.name, command.help);
  text += bold("calib " + command.name) + " [" + italic("OPTIONS") + "]";
  for (const Argument& argument : arguments)
    if (argument.is_input) text += " [" + italic(argument.names.front()) + " ...]";
  text += "\n" + section("INPUTS", arguments, true) + section("OPTIONS", arguments, false);
  text += fmt::format(".SH EXAMPLE\n.nf\n{}\n.fi\n", roff(command.example));
  return text + exit_status() + ".SH SEE ALSO\n" + bold("calib") + "(1)\n";
}

}  // namespace calib
