#pragma once
// The ways a command can end other than well. One place (app/run_cli.cpp) turns them into exit
// codes. A message names the file and place, what was found, what was expected, and what to do
// next.

#include <stdexcept>
#include <string>

namespace calib {

/// A usage, configuration or file error: exit code 2.
class Error : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The data cannot determine the answer (no common views, too few boards): exit code 1.
class UndeterminedError : public Error {
  using Error::Error;
};

/// A quality gate that the user set was missed: exit code 1.
class GateError : public Error {
  using Error::Error;
};

/// The user pressed Ctrl-C: exit code 130.
class Interrupted : public std::runtime_error {
 public:
  Interrupted() : std::runtime_error("interrupted") {}
};

/// Throws Error with `message` unless `ok`.
inline void require(bool ok, const std::string& message) {
  if (!ok) throw Error(message);
}

}  // namespace calib
