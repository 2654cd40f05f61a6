#pragma once
// calib's manual as man pages: one of the whole program, one of each command.

#include <string>

#include "app/program.hpp"

namespace calib {

// `prose` is what a person wrote about the command: a file of app/man. Its paragraphs become the
// section DESCRIPTION. After the line "DIAGNOSTICS" each message stands on a line of its own, with
// "..." for the parts that vary, and indented lines below it say what to do. Words in `backticks`
// become bold. Throws Error if one of the two sections is missing.

/// calib.1
std::string program_man_page(const Program& program, const std::string& prose);
/// calib-COMMAND.1
std::string command_man_page(const DefinedCommand& defined, const std::string& prose);

}  // namespace calib
