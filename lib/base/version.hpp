#pragma once
// The version that is written to artifacts and printed by `calib --version`. CMakeLists.txt sets
// it.

#include <string_view>

namespace calib {

inline constexpr std::string_view kVersion = CALIB_VERSION;

}  // namespace calib
