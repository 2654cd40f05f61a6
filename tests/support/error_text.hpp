#pragma once
// What an Error says, as a value that a test can match.

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "base/errors.hpp"

namespace calib::testing {

/// The message of the Error that `action` throws; a test failure and "" when it throws none.
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
