#pragma once
// The version that artifacts carry and `calib --version` prints; CMakeLists.txt sets it.

#include <string_view>

namespace calib {

inline constexpr std::string_view kVersion = CALIB_VERSION;

}  // namespace calib
