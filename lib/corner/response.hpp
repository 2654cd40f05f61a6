#pragma once
// The corner response: the negative determinant of the Hessian, which is large at saddle points.

#include <cstdint>
#include <vector>

#include "corner/gray_view.hpp"

namespace calib {

/// The smoothed image and the response of one level of the pyramid.
struct ResponseMap {
  int width = 0, height = 0;
  /// The image smoothed by the 5x5 binomial filter, in 1/16 gray levels: [0, 4080].
  std::vector<std::int16_t> smooth;
  /// dxy^2 / 8 - dxx dyy with differences over two pixels: positive at saddle points, equal for
  /// upright corners and corners rotated by 45 degrees. 0 within two pixels of the border.
  std::vector<float> response;
  const std::int16_t* smooth_row(int y) const {
    return smooth.data() + static_cast<std::size_t>(y) * width;
  }
  const float* response_row(int y) const {
    return response.data() + static_cast<std::size_t>(y) * width;
  }

  std::vector<std::int16_t> column_sums;  // scratch
};

/// Fills `map`, whose buffers are reused. The map of an image smaller than 8x8 pixels is empty.
void compute_response(const GrayView& picture, ResponseMap& map);

/// Interpolates the smoothed image bilinearly; 0 <= x < width - 1, 0 <= y < height - 1.
inline float sample(const ResponseMap& map, float x, float y) {
  const int column = static_cast<int>(x), row = static_cast<int>(y);
  const float u = x - static_cast<float>(column), v = y - static_cast<float>(row);
  const std::int16_t* p = map.smooth_row(row) + column;
  const std::int16_t* q = p + map.width;
  const float above = static_cast<float>(p[0]) + u * static_cast<float>(p[1] - p[0]);
  const float below = static_cast<float>(q[0]) + u * static_cast<float>(q[1] - q[0]);
  return above + v * (below - above);
}

}  // namespace calib
