#pragma once
// The picture at half, a quarter, ... of its size.

#include <cstdint>
#include <vector>

#include "corner/gray_view.hpp"

namespace calib {

/// Level 0 is the picture itself, level n+1 the means over 2x2 pixels of level n. Buffers are kept
/// from one picture to the next.
class Pyramid {
 public:
  /// The picture must outlive the use of the pyramid.
  void reset(const GrayView& picture);
  /// Computed when it is first asked for. Every level has at least one pixel.
  const GrayView& level(int index);

 private:
  std::vector<GrayView> levels_;
  std::vector<std::vector<std::uint8_t>> buffers_;
};

/// Where a point of level `index` lies in the picture: pixel centers are whole numbers everywhere.
inline float to_picture(float coordinate, int index) {
  const float scale = static_cast<float>(1 << index);
  return (coordinate + 0.5f) * scale - 0.5f;
}

}  // namespace calib
