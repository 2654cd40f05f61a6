#pragma once
// The exceptions that end a command. Only app/run_cli.cpp turns them into exit codes. Each message
// names the file and the place in it, what was found, what was expected, and what to do next.

#include <stdexcept>
#include <string>

namespace calib {

/// An error in the usage, the configuration or a file: exit code 2.
class Error : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The data cannot determine the result (no common views, too few boards): exit code 1.
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
