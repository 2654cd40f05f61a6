#pragma once
// The whole program except main(): parses the command line, runs the command, and converts
// exceptions to exit codes.

#include <ostream>
#include <string>
#include <vector>

namespace calib {

/// `args` are the arguments without the program's name. Returns the exit code (see exit_codes()).
int run_cli(const std::vector<std::string>& args, std::ostream& out, std::ostream& err);

}  // namespace calib
