#pragma once
// Frame numbers, which identify the images that all cameras took at the same time.

#include <cstdint>

namespace calib {

/// The largest absolute value, chosen so that sums and differences of a few frame numbers do not
/// overflow 64 bits. Unix time in nanoseconds fits until 2043.
constexpr std::int64_t kMostFrame = std::int64_t{1} << 61;

inline bool is_frame_number(std::int64_t number) {
  return number >= -kMostFrame && number <= kMostFrame;
}

}  // namespace calib
