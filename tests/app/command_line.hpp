#pragma once
// Runs commands as a shell would, in this process.

#include <sstream>
#include <string>
#include <vector>

#include "app/run_cli.hpp"

namespace calib::testing {

struct Outcome {
  int code = 0;
  std::string out, err;
};

inline Outcome calib_command(const std::vector<std::string>& args) {
  std::ostringstream out, err;
  const int code = run_cli(args, out, err);
  return {code, out.str(), err.str()};
}

}  // namespace calib::testing
