#pragma once
// An image pyramid: the image at half, a quarter, ... of its size.

#include <cstdint>
#include <vector>

#include "corner/gray_view.hpp"

namespace calib {

/// Level 0 is the image itself, level n+1 consists of the means of 2x2 pixels of level n. Buffers
/// are reused for the next image.
class Pyramid {
 public:
  /// Sets the image, whose pixels must exist as long as the levels are used.
  void reset(const GrayView& picture);
  /// A level is computed when it is first requested. Every level has at least one pixel.
  const GrayView& level(int index);

 private:
  std::vector<GrayView> levels_;
  std::vector<std::vector<std::uint8_t>> buffers_;
};

/// Converts an x or y coordinate of level `index` to the image. Pixel centers have integer
/// coordinates in every level.
inline float to_picture(float coordinate, int index) {
  const float scale = static_cast<float>(1 << index);
  return (coordinate + 0.5f) * scale - 0.5f;
}

}  // namespace calib
