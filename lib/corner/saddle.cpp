#include "corner/saddle.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace calib {
namespace {

constexpr int kSamples = 32;
constexpr float kPi = std::numbers::pi_v<float>;
constexpr float kAngleStep = 2 * kPi / kSamples;
constexpr float kLargestStep = 1.6f;
constexpr float kLeastAngleBetweenLines = 0.3f;

struct UnitRing {
  std::array<float, kSamples> x{}, y{};
  UnitRing() {
    for (int k = 0; k < kSamples; ++k) {
      x[k] = std::cos(kAngleStep * static_cast<float>(k));
      y[k] = std::sin(kAngleStep * static_cast<float>(k));
    }
  }
};

using RingValues = std::array<float, kSamples + 1>;  // the first value is repeated at the end

struct Crossings {
  std::array<std::array<float, 2>, 2> at{};  // [rising, falling][first, second], in samples
  std::array<int, 2> count{};
};

bool find_crossings(const RingValues& v, Crossings& crossings) {
  for (int k = 0; k < kSamples; ++k) {
    if ((v[k] < 0) == (v[k + 1] < 0)) continue;
    const int kind = v[k] < 0 ? 0 : 1;
    if (crossings.count[kind] == 2) return false;
    crossings.at[kind][crossings.count[kind]++] = static_cast<float>(k) + v[k] / (v[k] - v[k + 1]);
  }
  return crossings.count[0] == 2 && crossings.count[1] == 2;
}

// The peak magnitude of the weakest of the four runs of values with the same sign.
float weakest_sector(const RingValues& v) {
  int start = 0;
  while ((v[start] < 0) == (v[start + 1] < 0)) ++start;
  float weakest = std::numeric_limits<float>::infinity(), peak = 0;
  for (int j = 1; j <= kSamples; ++j) {
    const int k = (start + j) % kSamples;
    peak = std::max(peak, std::abs(v[k]));
    if ((v[k] < 0) == (v[k + 1] < 0)) continue;
    weakest = std::min(weakest, peak);
    peak = 0;
  }
  return weakest;
}

// Sets the directions of the lines, and moves the saddle to the intersection of the chords.
void intersect_chords(const Crossings& crossings, float radius, Saddle& saddle) {
  std::array<float, 2> x{}, y{}, dx{}, dy{};
  for (int kind = 0; kind < 2; ++kind) {
    const float from = crossings.at[kind][0] * kAngleStep, to = crossings.at[kind][1] * kAngleStep;
    x[kind] = std::cos(from);
    y[kind] = std::sin(from);
    dx[kind] = std::cos(to) - x[kind];
    dy[kind] = std::sin(to) - y[kind];
    const float length = std::hypot(dx[kind], dy[kind]);
    saddle.dx[kind] = dx[kind] / length;
    saddle.dy[kind] = dy[kind] / length;
  }
  const float cross = dx[0] * dy[1] - dy[0] * dx[1];
  if (std::abs(cross) < 1e-3f) return;
  const float t = ((x[1] - x[0]) * dy[1] - (y[1] - y[0]) * dx[1]) / cross;
  const float off_x = x[0] + t * dx[0], off_y = y[0] + t * dy[0];
  if (off_x * off_x + off_y * off_y > 0.2f) return;
  saddle.x += radius * off_x;
  saddle.y += radius * off_y;
}

}  // namespace

bool step_to_saddle(const ResponseMap& map, float& x, float& y) {
  const int column = static_cast<int>(std::lrint(x)), row = static_cast<int>(std::lrint(y));
  if (column < 2 || row < 2 || column >= map.width - 2 || row >= map.height - 2) return false;
  const std::int16_t* a = map.smooth_row(row - 2) + column;
  const std::int16_t* c = map.smooth_row(row) + column;
  const std::int16_t* e = map.smooth_row(row + 2) + column;
  const float gx = static_cast<float>(c[2] - c[-2]) / 4, gy = static_cast<float>(e[0] - a[0]) / 4;
  const float xx = static_cast<float>(c[-2] + c[2] - 2 * c[0]) / 4;
  const float yy = static_cast<float>(a[0] + e[0] - 2 * c[0]) / 4;
  const float xy = static_cast<float>(a[-2] + e[2] - a[2] - e[-2]) / 16;
  const float determinant = xx * yy - xy * xy;
  if (determinant >= 0) return false;
  const float dx = -(gx * yy - gy * xy) / determinant, dy = -(xx * gy - xy * gx) / determinant;
  if (std::abs(dx) > kLargestStep || std::abs(dy) > kLargestStep) return false;
  x = static_cast<float>(column) + dx;
  y = static_cast<float>(row) + dy;
  return true;
}

bool check_ring(const ResponseMap& map, float x, float y, float radius, const RingRules& rules,
                Saddle& saddle) {
  if (x - radius < 0 || y - radius < 0) return false;
  if (x + radius >= static_cast<float>(map.width - 1)) return false;
  if (y + radius >= static_cast<float>(map.height - 1)) return false;
  static const UnitRing ring;
  RingValues v;
  float least = std::numeric_limits<float>::infinity(), most = -least;
  for (int k = 0; k < kSamples; ++k) {
    v[k] = sample(map, x + radius * ring.x[k], y + radius * ring.y[k]);
    least = std::min(least, v[k]);
    most = std::max(most, v[k]);
  }
  const float amplitude = (most - least) / 2, middle = (most + least) / 2;
  if (amplitude < rules.least_amplitude) return false;
  for (int k = 0; k < kSamples; ++k) v[k] -= middle;
  v[kSamples] = v[0];

  Crossings crossings;
  if (!find_crossings(v, crossings)) return false;
  std::array<float, 2> angle{};
  for (int kind = 0; kind < 2; ++kind) {
    const auto& [first, second] = crossings.at[kind];
    const float bend = (second - first) * kAngleStep - kPi;
    if (std::abs(bend) > rules.straightness) return false;
    angle[kind] = first * kAngleStep + bend / 2;
  }
  const float between = std::fmod(std::abs(angle[0] - angle[1]), kPi);
  if (std::min(between, kPi - between) < kLeastAngleBetweenLines) return false;
  if (weakest_sector(v) < rules.weakest_sector * amplitude) return false;

  saddle.x = x;
  saddle.y = y;
  saddle.amplitude = amplitude;
  intersect_chords(crossings, radius, saddle);
  return true;
}

}  // namespace calib
