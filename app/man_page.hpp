#pragma once
// The man pages of calib: one for the whole program and one for each command.

#include <string>

#include "app/program.hpp"

namespace calib {

// `prose` is the text of a file of app/man. Its paragraphs become the section DESCRIPTION. After
// the line "DIAGNOSTICS" each message is on a line of its own, with "..." for the parts that vary,
// and the indented lines below it say what to do. Words in `backticks` become bold. Throws Error if
// one of the two sections is missing.

/// calib.1
std::string program_man_page(const Program& program, const std::string& prose);
/// calib-COMMAND.1
std::string command_man_page(const DefinedCommand& defined, const std::string& prose);

}  // namespace calib
