#pragma once
// The whole program but main(): parse, run, and turn exceptions into exit codes.

#include <ostream>
#include <string>
#include <vector>

namespace calib {

/// `args` without the program's name. Returns the exit code: 0 done; 1 the data cannot determine
/// the answer, or a gate was missed; 2 usage, configuration or file error; 130 interrupted.
int run_cli(const std::vector<std::string>& args, std::ostream& out, std::ostream& err);

}  // namespace calib
