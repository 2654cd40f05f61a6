#pragma once
// calib's manual as man pages: one of the whole program, one of each command.

#include <string>

#include "app/program.hpp"

namespace calib {

/// calib.1
std::string program_man_page(const Program& program);
/// calib-COMMAND.1
std::string command_man_page(const DefinedCommand& defined);

}  // namespace calib
