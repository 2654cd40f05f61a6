#pragma once
// The message of an Error, as a value that a test can compare.

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "base/errors.hpp"

namespace calib::testing {

/// Returns the message of the Error that `action` throws. If it throws none, the test fails.
template <class Action>
std::string error_text(Action&& action) {
  try {
    std::forward<Action>(action)();
  } catch (const Error& error) {
    return error.what();
  }
  ADD_FAILURE() << "no Error was thrown";
  return "";
}

}  // namespace calib::testing
