#pragma once
// Scripts that complete command lines of calib in a shell: subcommands, flags, the choices of a
// flag, and files.

#include <string>

#include "app/program.hpp"

namespace calib {

std::string bash_completion(const Program& program);
std::string zsh_completion(const Program& program);
std::string fish_completion(const Program& program);

}  // namespace calib
