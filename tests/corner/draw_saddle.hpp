#pragma once
// Small images with a known saddle point and seeded noise.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "corner/gray_view.hpp"
#include "corner/refine_saddle.hpp"

namespace calib::testing {

struct Picture {
  int width = 0, height = 0;
  std::vector<std::uint8_t> pixels;
  GrayView view() const { return {pixels.data(), width, height, width}; }
  int at(float x, float y) const { return pixels[std::lround(y) * width + std::lround(x)]; }
};

/// The erf of a distance from line 0 or 1 in units of its blur.
inline double edge(const SaddleModel& m, int line, double u, double v, double gap) {
  const double blur = line == 0 ? m.blur : m.blur * m.blur_ratio;
  const double distance = std::cos(m.angle[line]) * v - std::sin(m.angle[line]) * u;
  return std::erf((distance - gap) / (blur * std::sqrt(2)));
}

/// What stands for the product of two edges in the spread model; for contrast > 0 and gap >= 0, so
/// that the squares on different sides of the two lines are dark and shrink.
inline double product_at(const SaddleModel& m, double u, double v) {
  const double one = (1 + edge(m, 0, u, v, m.gap)) * (1 - edge(m, 1, u, v, -m.gap));
  const double other = (1 - edge(m, 0, u, v, -m.gap)) * (1 + edge(m, 1, u, v, m.gap));
  return 1 - (one + other) / 2;
}

/// Evaluates the model at the pixel centers and adds Gaussian noise.
inline Picture draw(int width, int height, const SaddleModel& m, double noise, int seed = 1) {
  std::mt19937 engine(static_cast<std::uint32_t>(seed));
  std::normal_distribution<double> normal(0, 1);
  Picture picture{width, height, {}};
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const double u = x - 1.0 * m.x, v = y - 1.0 * m.y;
      const double product = product_at(m, u, v);
      const double light = 1 + m.light_x * u + m.light_y * v;
      const double gray = light * (m.level + m.contrast * product) + noise * normal(engine);
      picture.pixels.push_back(static_cast<std::uint8_t>(std::clamp(std::lround(gray), 0L, 255L)));
    }
  return picture;
}

inline Picture draw_noise(int width, int height, double noise, int seed) {
  SaddleModel flat;
  flat.level = 128;
  return draw(width, height, flat, noise, seed);
}

}  // namespace calib::testing
