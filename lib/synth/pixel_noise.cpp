#include "synth/pixel_noise.hpp"

#include <cmath>
#include <vector>

#include "synth/random.hpp"

namespace calib {
namespace {

constexpr std::size_t kQuantiles = 65536;

// The quantile of the standard normal distribution for p in (0, 0.5], by Newton's method from
// `start`, which must not be smaller than the result. (The distribution function is convex there,
// so that the iteration converges.)
double normal_quantile(double p, double start) {
  double z = start;
  for (int i = 0; i < 60; ++i) {
    const double excess = 0.5 * std::erfc(-z * std::sqrt(0.5)) - p;
    const double density = std::exp(-0.5 * z * z) * 0.3989422804014327;
    const double step = excess / density;
    z -= step;
    if (std::abs(step) < 1e-13) break;
  }
  return z;
}

std::vector<float> make_quantiles() {
  std::vector<double> half(kQuantiles / 2);
  double z = 0, squares = 0;
  for (std::size_t i = half.size(); i-- > 0;) {  // Each quantile is the start of the next smaller.
    z = normal_quantile((static_cast<double>(i) + 0.5) / kQuantiles, z);
    half[i] = z;
    squares += z * z;
  }
  const double scale = 1 / std::sqrt(squares / static_cast<double>(half.size()));
  std::vector<float> quantiles(kQuantiles);
  for (std::size_t i = 0; i < half.size(); ++i) {
    quantiles[i] = static_cast<float>(half[i] * scale);
    quantiles[kQuantiles - 1 - i] = -quantiles[i];
  }
  return quantiles;
}

}  // namespace

void add_pixel_noise(cv::Mat& picture, double sigma, std::uint64_t seed) {
  static const std::vector<float> quantiles = make_quantiles();
  Random random(seed);
  const float scale = static_cast<float>(sigma);
  std::uint64_t bits = 0;
  int left = 0;
  for (int y = 0; y < picture.rows; ++y) {
    float* row = picture.ptr<float>(y);
    for (int x = 0; x < picture.cols; ++x) {
      if (left == 0) {
        bits = random.bits();
        left = 4;
      }
      row[x] += scale * quantiles[bits & 0xffff];
      bits >>= 16;
      --left;
    }
  }
}

}  // namespace calib
