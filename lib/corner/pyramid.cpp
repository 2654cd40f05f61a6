#include "corner/pyramid.hpp"

#include <algorithm>

#include "base/wide_vectors.hpp"

namespace calib {
namespace {

CALIB_WIDE_VECTORS
GrayView halved(const GrayView& from, std::vector<std::uint8_t>& buffer) {
  const int width = std::max(1, from.width / 2), height = std::max(1, from.height / 2);
  buffer.resize(std::max(buffer.size(), static_cast<std::size_t>(width) * height));
  const int last_x = from.width - 1, last_y = from.height - 1;
  for (int y = 0; y < height; ++y) {
    const std::uint8_t* above = from.row(2 * y);
    const std::uint8_t* below = from.row(std::min(2 * y + 1, last_y));
    std::uint8_t* to = buffer.data() + static_cast<std::size_t>(y) * width;
    if (last_x == 0) {
      to[0] = static_cast<std::uint8_t>((above[0] + below[0] + 1) / 2);
      continue;
    }
    for (int x = 0; x < width; ++x)
      to[x] = static_cast<std::uint8_t>(
          (above[2 * x] + above[2 * x + 1] + below[2 * x] + below[2 * x + 1] + 2) >> 2);
  }
  return {buffer.data(), width, height, width};
}

}  // namespace

void Pyramid::reset(const GrayView& picture) {
  levels_.clear();
  levels_.push_back(picture);
}

const GrayView& Pyramid::level(int index) {
  while (static_cast<int>(levels_.size()) <= index) {
    if (buffers_.size() < levels_.size()) buffers_.emplace_back();
    levels_.push_back(halved(levels_.back(), buffers_[levels_.size() - 1]));
  }
  return levels_[index];
}

}  // namespace calib
