#include "corner/response.hpp"

#include <algorithm>

#include "base/wide_vectors.hpp"

namespace calib {
namespace {

constexpr int kSmallestSide = 8;

// The sums do not overflow: at most 16 * 255 down a column, 16 * 16 * 255 (unsigned) along the row.
CALIB_WIDE_VECTORS
void smooth_row(const GrayView& picture, int y, std::int16_t* sums, std::int16_t* out) {
  const auto row = [&](int dy) { return picture.row(std::clamp(y + dy, 0, picture.height - 1)); };
  const std::uint8_t *a = row(-2), *b = row(-1), *c = row(0), *d = row(1), *e = row(2);
  const int width = picture.width;
  std::int16_t* v = sums + 2;
  for (int x = 0; x < width; ++x)
    v[x] = static_cast<std::int16_t>(a[x] + e[x] + 4 * (b[x] + d[x]) + 6 * c[x]);
  v[-2] = v[-1] = v[0];
  v[width] = v[width + 1] = v[width - 1];
  for (int x = 0; x < width; ++x) {
    const auto sum =
        static_cast<std::uint16_t>(v[x - 2] + v[x + 2] + 4 * (v[x - 1] + v[x + 1]) + 6 * v[x]);
    out[x] = static_cast<std::int16_t>(sum >> 4);
  }
}

CALIB_WIDE_VECTORS
void respond_row(const ResponseMap& map, int y, float* out) {
  const std::int16_t *a = map.smooth_row(y - 2), *c = map.smooth_row(y), *e = map.smooth_row(y + 2);
  for (int x = 2; x < map.width - 2; ++x) {
    const auto dxx = static_cast<std::int16_t>(c[x - 2] + c[x + 2] - 2 * c[x]);
    const auto dyy = static_cast<std::int16_t>(a[x] + e[x] - 2 * c[x]);
    const auto dxy = static_cast<std::int16_t>(a[x - 2] + e[x + 2] - a[x + 2] - e[x - 2]);
    const auto fxx = static_cast<float>(dxx), fyy = static_cast<float>(dyy);
    const auto fxy = static_cast<float>(dxy);
    out[x] = 0.125f * fxy * fxy - fxx * fyy;
  }
  out[0] = out[1] = out[map.width - 1] = out[map.width - 2] = 0;
}

}  // namespace

void compute_response(const GrayView& picture, ResponseMap& map) {
  map.width = map.height = 0;
  if (std::min(picture.width, picture.height) < kSmallestSide) return;
  map.width = picture.width;
  map.height = picture.height;
  const auto width = static_cast<std::size_t>(map.width);
  const std::size_t size = width * map.height;
  if (map.smooth.size() < size) {
    map.smooth.resize(size);
    map.response.resize(size);
  }
  if (map.column_sums.size() < width + 4) map.column_sums.resize(width + 4);

  // The response of a row is computed as soon as its smoothed rows exist, while they are in the
  // cache.
  for (int y = 0; y < map.height; ++y) {
    smooth_row(picture, y, map.column_sums.data(), map.smooth.data() + width * y);
    if (y >= 4) respond_row(map, y - 2, map.response.data() + width * (y - 2));
  }
  for (const int y : {0, 1, map.height - 2, map.height - 1})
    std::fill_n(map.response.begin() + static_cast<std::ptrdiff_t>(width * y), width, 0.f);
}

}  // namespace calib
