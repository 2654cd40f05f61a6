#pragma once
// Integers in the headers of image files.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace calib {

/// The number in the `count` bytes (at most 4) at `at`, most significant byte first. The caller
/// checks that they exist.
inline std::uint32_t big_endian(std::string_view bytes, std::size_t at, std::size_t count) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < count; ++i)
    value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

/// The same, least significant byte first.
inline std::uint32_t little_endian(std::string_view bytes, std::size_t at, std::size_t count) {
  std::uint32_t value = 0;
  for (std::size_t i = count; i-- > 0;)
    value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

}  // namespace calib
