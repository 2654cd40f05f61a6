#pragma once
// Runs commands in this process as a shell would.

#include <gmock/gmock.h>

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

/// The same for a command that must succeed.
inline Outcome ok(const std::vector<std::string>& args) {
  Outcome outcome = calib_command(args);
  EXPECT_EQ(outcome.code, 0) << args[0] << ": " << outcome.err;
  return outcome;
}

/// Expects that the command ends with this exit code and one line of error text, which contains all
/// parts.
inline void expect_refused(const std::vector<std::string>& args, int code,
                           const std::vector<std::string>& parts) {
  const Outcome outcome = calib_command(args);
  EXPECT_EQ(outcome.code, code) << outcome.err;
  for (const std::string& part : parts) EXPECT_THAT(outcome.err, ::testing::HasSubstr(part));
  const std::size_t message = outcome.err.find("calib: ");  // warnings may stand before it
  ASSERT_NE(message, std::string::npos) << outcome.err;
  EXPECT_EQ(outcome.err.find('\n', message), outcome.err.size() - 1) << outcome.err;
}

}  // namespace calib::testing
