#pragma once
// A non-owning view of a gray image.

#include <cstddef>
#include <cstdint>

namespace calib {

/// 8-bit gray; pixel (0, 0) is the center of the top-left pixel.
struct GrayView {
  const std::uint8_t* pixels = nullptr;
  int width = 0, height = 0;
  std::ptrdiff_t stride = 0;  ///< bytes from one row to the next
  const std::uint8_t* row(int y) const { return pixels + y * stride; }
};

}  // namespace calib
