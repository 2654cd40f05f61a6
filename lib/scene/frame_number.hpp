#pragma once
// The number of a synchronized frame.

#include <cstdint>

namespace calib {

/// The largest, of either sign: sums and differences of a few stay within 64 bits. A clock's
/// nanoseconds fit until 2043.
constexpr std::int64_t kMostFrame = std::int64_t{1} << 61;

inline bool is_frame_number(std::int64_t number) {
  return number >= -kMostFrame && number <= kMostFrame;
}

}  // namespace calib
