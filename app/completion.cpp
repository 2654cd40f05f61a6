#include "app/completion.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace calib {
namespace {

enum class Completes { kChoices, kFiles, kFolders, kNothing };

Completes completes(const Argument& argument) {
  if (!argument.choices.empty()) return Completes::kChoices;
  if (argument.placeholder == "DIR") return Completes::kFolders;
  for (const char* file : {"FILE", "PATH", "INPUT", "DATASET"})
    if (argument.placeholder == file) return Completes::kFiles;
  return Completes::kNothing;
}

bool is_flag_with_value(const Argument& argument) {
  return !argument.is_input && !argument.placeholder.empty();
}

// The text in single quotes of fish, in which ' and \ are escaped by \.
std::string quoted_for_fish(const std::string& text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') result += '\\';
    result += c;
  }
  return result + "'";
}

// The text for a specification of zsh's _arguments, in which these characters are special.
std::string escaped_for_zsh(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

std::string bash_action(const Argument& argument) {
  switch (completes(argument)) {
    case Completes::kChoices:
      return "words=" + shell_quoted(join(argument.choices, " "));
    case Completes::kFiles:
      return "kind=file";
    case Completes::kFolders:
      return "kind=directory";
    case Completes::kNothing:
      break;
  }
  return "kind=";
}

// The cases of bash that say how the value of each flag is completed.
std::string bash_values(const std::vector<Argument>& arguments) {
  std::string cases;
  for (const Argument& argument : arguments) {
    if (is_flag_with_value(argument))
      cases += fmt::format("        {}) {} ;;\n", join(argument.names, "|"), bash_action(argument));
  }
  return cases;
}

std::string bash_command(const DefinedCommand& defined) {
  const std::vector<Argument> arguments = defined.line->arguments();
  std::string flags;
  for (const Argument& argument : arguments) {
    if (!argument.is_input) flags += (flags.empty() ? "" : " ") + join(argument.names, " ");
  }
  const bool has_input = std::any_of(arguments.begin(), arguments.end(),
                                     [](const Argument& argument) { return argument.is_input; });
  return fmt::format(
      "    {})\n      flags='{}' kind={}\n      case $flag in\n{}      esac\n      ;;\n",
      defined.command->name, flags, has_input ? "file" : "", bash_values(arguments));
}

std::string zsh_action(const Argument& argument) {
  switch (completes(argument)) {
    case Completes::kChoices:
      return "(" + join(argument.choices, " ") + ")";
    case Completes::kFiles:
      return "_files";
    case Completes::kFolders:
      return "_files -/";
    case Completes::kNothing:
      break;
  }
  return " ";
}

std::string zsh_specification(const Argument& argument) {
  const std::string value = escaped_for_zsh(argument.placeholder) + ":" + zsh_action(argument);
  if (argument.is_input) return shell_quoted("*:" + value);
  std::string names;
  for (const std::string& name : argument.names) {
    const bool takes_equals = name.starts_with("--") && !argument.placeholder.empty();
    names += (names.empty() ? "" : ",") + name + (takes_equals ? "=" : "");
  }
  const std::string text = "[" + escaped_for_zsh(argument.help) + "]" +
                           (argument.placeholder.empty() ? "" : ":" + value);
  if (argument.names.size() > 1)
    return fmt::format("'({})'{{{}}}{}", join(argument.names, " "), names, shell_quoted(text));
  return shell_quoted((argument.is_list ? "*" : "") + names + text);
}

std::string zsh_command(const DefinedCommand& defined) {
  std::string text = fmt::format("_calib_{}() {{\n  _arguments", defined.command->name);
  for (const Argument& argument : defined.line->arguments())
    text += " \\\n    " + zsh_specification(argument);
  return text + "\n}\n\n";
}

std::string fish_value(const Argument& argument) {
  switch (completes(argument)) {
    case Completes::kChoices:
      return " -x -a " + quoted_for_fish(join(argument.choices, " "));
    case Completes::kFiles:
      return " -r -F";
    case Completes::kFolders:
      return " -x -a '(__fish_complete_directories)'";
    case Completes::kNothing:
      break;
  }
  return argument.placeholder.empty() ? "" : " -x";
}

std::string fish_argument(const std::string& command, const Argument& argument) {
  const std::string head = fmt::format("complete -c calib -n '__calib_command {}'", command);
  if (argument.is_input) return head + " -F\n";
  std::string names;
  for (const std::string& name : argument.names)
    names += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  return head + names + fish_value(argument) + " -d " + quoted_for_fish(argument.help) + "\n";
}

constexpr const char* kBashHead = R"(# Completes calib's command lines in bash.
_calib() {
  local current=${COMP_WORDS[COMP_CWORD]} flag=${COMP_WORDS[COMP_CWORD-1]} flags='' kind='' words=''
  # bash takes --flag=value apart at the sign.
  if [[ $current == = ]]; then
    current=''
  elif [[ $flag == = ]]; then
    flag=${COMP_WORDS[COMP_CWORD-2]}
  fi
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    mapfile -t COMPREPLY < <(compgen -W ')";

constexpr const char* kBashMiddle = R"(' -- "$current")
    return
  fi
  case ${COMP_WORDS[1]} in
)";

constexpr const char* kBashEnd = R"(  esac
  if [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$flags" -- "$current")
  elif [[ $words ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  elif [[ $kind ]]; then
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -A "$kind" -- "$current")
  fi
}
complete -F _calib calib
)";

constexpr const char* kZshEnd = R"(  )
  _arguments -C '(- *)'{-h,--help}'[tells what there is]' '(- *)--version[the version]' \
    '1:command:->command' '*::argument:->argument'
  case $state in
    command) _describe command commands ;;
    argument) (( $+functions[_calib_$words[1]] )) && _calib_$words[1] ;;
  esac
}

if [[ $funcstack[1] == _calib ]]; then
  _calib "$@"
else
  compdef _calib calib
fi
)";

constexpr const char* kFishHead = R"(# Completes calib's command lines in fish.
function __calib_command
    set -l words (commandline -opc)
    test (count $words) -ge 2; and contains -- $words[2] $argv
end
function __calib_no_command
    test (count (commandline -opc)) -eq 1
end
complete -c calib -f
complete -c calib -n __calib_no_command -s h -l help -d 'tells what there is'
complete -c calib -n __calib_no_command -l version -d 'the version'
)";

}  // namespace

std::string bash_completion(const Program& program) {
  std::string text = kBashHead + join(command_names(), " ") + " -h --help --version" + kBashMiddle;
  for (const DefinedCommand& defined : program.commands()) text += bash_command(defined);
  return text + kBashEnd;
}

std::string zsh_completion(const Program& program) {
  std::string text = "#compdef calib\n# Completes calib's command lines in zsh.\n\n";
  for (const DefinedCommand& defined : program.commands()) text += zsh_command(defined);
  text += "_calib() {\n  local curcontext=$curcontext state line\n  local -a commands=(\n";
  for (const DefinedCommand& defined : program.commands()) {
    text += fmt::format("    {}\n", shell_quoted(defined.command->name + ":" +
                                                 escaped_for_zsh(defined.command->help)));
  }
  return text + kZshEnd;
}

std::string fish_completion(const Program& program) {
  std::string text = kFishHead;
  for (const DefinedCommand& defined : program.commands()) {
    const std::string& name = defined.command->name;
    text += fmt::format("complete -c calib -n __calib_no_command -a {} -d {}\n", name,
                        quoted_for_fish(defined.command->help));
    for (const Argument& argument : defined.line->arguments())
      text += fish_argument(name, argument);
  }
  return text;
}

}  // namespace calib
