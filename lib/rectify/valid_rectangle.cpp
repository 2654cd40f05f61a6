#include "rectify/pixel_maps.hpp"

#include <cstdint>

namespace calib {
namespace {

constexpr float kRounding_px = 1e-3F;

bool is_inside(float x, float y, ImageSize source) {
  return x >= -kRounding_px && y >= -kRounding_px &&
         x <= static_cast<float>(source.width - 1) + kRounding_px &&
         y <= static_cast<float>(source.height - 1) + kRounding_px;
}

// Finds the largest rectangle under a histogram in linear time: a stack keeps the bars by rising
// height until a lower bar ends them.
void widest_under_bars(const std::vector<int>& heights, int bottom_row, PixelRect& best) {
  struct Bar {
    int start, height;
  };
  std::vector<Bar> waiting;
  for (std::size_t column = 0; column <= heights.size(); ++column) {
    const int end = static_cast<int>(column);
    const int height = column < heights.size() ? heights[column] : 0;
    int start = end;
    while (!waiting.empty() && waiting.back().height >= height) {
      const Bar bar = waiting.back();
      waiting.pop_back();
      start = bar.start;
      const auto area = static_cast<std::int64_t>(bar.height) * (end - bar.start);
      if (area > static_cast<std::int64_t>(best.width) * best.height) {
        best = {bar.start, bottom_row - bar.height + 1, end - bar.start, bar.height};
      }
    }
    waiting.push_back({start, height});
  }
}

}  // namespace

cv::Mat valid_mask(const PixelMaps& maps, ImageSize source) {
  cv::Mat mask(maps.x.size(), CV_8U);
  for (int row = 0; row < mask.rows; ++row) {
    const float* x = maps.x.ptr<float>(row);
    const float* y = maps.y.ptr<float>(row);
    auto* inside = mask.ptr<std::uint8_t>(row);
    for (int column = 0; column < mask.cols; ++column)
      inside[column] = is_inside(x[column], y[column], source) ? 255 : 0;
  }
  return mask;
}

PixelRect largest_rectangle(const cv::Mat& mask) {
  PixelRect best;
  // For each column, the number of consecutive nonzero pixels that end in this row.
  std::vector<int> heights(static_cast<std::size_t>(mask.cols), 0);
  for (int row = 0; row < mask.rows; ++row) {
    const auto* inside = mask.ptr<std::uint8_t>(row);
    for (std::size_t column = 0; column < heights.size(); ++column)
      heights[column] = inside[column] != 0 ? heights[column] + 1 : 0;
    widest_under_bars(heights, row, best);
  }
  return best;
}

}  // namespace calib
