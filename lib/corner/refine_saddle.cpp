#include "corner/refine_saddle.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include "base/wide_vectors.hpp"

namespace calib {
namespace {

constexpr int kLanes = 8;
constexpr int kPlain = 9, kSpread = FitScratch::kParameters;  // numbers of parameters
constexpr float kBandInBlurs = 5.f, kBandExtra = 1.0f;
constexpr int kFewestPixels = 24;
constexpr float kLargestDrift = 2.5f;
constexpr float kLeastContrast = 1;  // gray levels
constexpr double kLeastDamping = 0.01, kDampingFactor = 10;

template <int N>
using Matrix = Eigen::Matrix<double, N, N>;
template <int N>
using Vector = Eigen::Matrix<double, N, 1>;

// exp(-x) for 0 <= x <= 40 with an error below 2e-7: only arithmetic, so that loops vectorize.
[[gnu::always_inline]] inline float exp_of_minus(float x) {
  const float t = x * -1.44269504f;
  const auto whole = static_cast<std::int32_t>(t - 0.5f);
  const float f = (t - static_cast<float>(whole)) * 0.69314718f;
  const float p =
      1.f + f * (1.f + f * (0.5f + f * (0.16666667f + f * (0.041666667f + f * 0.0083333333f))));
  return p * std::bit_cast<float>((whole + 127) << 23);
}

struct ErfAndGauss {
  float erf, gauss;  // erf(z), exp(-z^2)
};

// Abramowitz and Stegun, 7.1.26: error below 1.5e-7.
[[gnu::always_inline]] inline ErfAndGauss erf_and_gauss(float z) {
  // min(|z|, 6), computed on the bits, which have the same order as non-negative floats: a
  // comparison of integers does not prevent vectorization.
  const std::int32_t bits = std::bit_cast<std::int32_t>(z) & 0x7fffffff;
  constexpr std::int32_t kSix = std::bit_cast<std::int32_t>(6.f);
  const float magnitude = std::bit_cast<float>(bits < kSix ? bits : kSix);
  const float gauss = exp_of_minus(magnitude * magnitude);
  const float q = 1.f / (1.f + 0.3275911f * magnitude);
  const float tail =
      ((((1.061405429f * q - 1.453152027f) * q + 1.421413741f) * q - 0.284496736f) * q +
       0.254829592f) *
      q * gauss;
  return {std::copysign(1.f - tail, z), gauss};
}

// The pixels of a fit. (cx, cy) is the pixel from which their offsets (u, v) are measured; `padded`
// is their count rounded up to a multiple of kLanes.
struct Window {
  int cx = 0, cy = 0, count = 0, padded = 0;
};

void reserve(FitScratch& scratch, std::size_t size) {
  if (scratch.u.size() >= size) return;
  for (auto* v : {&scratch.u, &scratch.v, &scratch.gray, &scratch.residual}) v->resize(size);
  for (auto& column : scratch.jacobian) column.resize(size);
}

Window collect_pixels(const GrayView& picture, const SaddleModel& start, float radius,
                      FitScratch& scratch) {
  Window window;
  window.cx = static_cast<int>(std::lrint(start.x));
  window.cy = static_cast<int>(std::lrint(start.y));
  const int reach = static_cast<int>(std::ceil(radius));
  reserve(scratch, static_cast<std::size_t>(2 * reach + 1) * (2 * reach + 1) + kLanes);
  const float c1 = std::cos(start.angle[0]), s1 = std::sin(start.angle[0]);
  const float c2 = std::cos(start.angle[1]), s2 = std::sin(start.angle[1]);
  const float band = kBandInBlurs * start.blur + std::abs(start.gap) + kBandExtra;
  const float ox = start.x - static_cast<float>(window.cx);
  const float oy = start.y - static_cast<float>(window.cy);
  int n = 0;
  for (int y = std::max(0, window.cy - reach); y <= std::min(picture.height - 1, window.cy + reach);
       ++y) {
    const auto v = static_cast<float>(y - window.cy);
    const float dy = v - oy, rest = radius * radius - dy * dy;
    if (rest < 0) continue;
    const float half = std::sqrt(rest);
    const int from = std::max(0, window.cx + static_cast<int>(std::ceil(ox - half)));
    const int to = std::min(picture.width - 1, window.cx + static_cast<int>(std::floor(ox + half)));
    const std::uint8_t* row = picture.row(y);
    for (int x = from; x <= to; ++x) {
      const auto u = static_cast<float>(x - window.cx);
      const float dx = u - ox;
      scratch.u[n] = u;
      scratch.v[n] = v;
      scratch.gray[n] = row[x];
      n += std::min(std::abs(c1 * dy - s1 * dx), std::abs(c2 * dy - s2 * dx)) < band;
    }
  }
  window.count = n;
  window.padded = (n + kLanes - 1) / kLanes * kLanes;
  for (int k = n; k < window.padded; ++k) scratch.u[k] = scratch.v[k] = scratch.gray[k] = 0;
  return window;
}

// Pixels are processed in blocks whose arrays are local variables: the compiler then knows that the
// arrays do not overlap, and vectorizes the loop.
constexpr int kBlock = 64;
using Block = std::array<float, kBlock>;

// Computes the residuals and the Jacobian at the model with the position (px, py), which is
// relative to (cx, cy) of the window.
CALIB_WIDE_VECTORS
void linearize(const SaddleModel& m, float px, float py, const Window& window,
               FitScratch& scratch) {
  const float c1 = std::cos(m.angle[0]), s1 = std::sin(m.angle[0]);
  const float c2 = std::cos(m.angle[1]), s2 = std::sin(m.angle[1]);
  const float inverse_blur = 1 / m.blur, scale = inverse_blur * 0.70710678f;
  const float slope = 0.79788456f * inverse_blur * m.contrast;  // b * d erf / d distance at 0
  const float a = m.level, b = m.contrast, ax = m.light_x, ay = m.light_y;
  Block u{}, v{}, gray{}, residual;
  std::array<Block, kPlain> j;
  for (int first = 0; first < window.padded; first += kBlock) {
    const int size = std::min(kBlock, window.padded - first);
    std::copy_n(scratch.u.begin() + first, size, u.begin());
    std::copy_n(scratch.v.begin() + first, size, v.begin());
    std::copy_n(scratch.gray.begin() + first, size, gray.begin());
    for (int k = 0; k < size; ++k) {
      const float dx = u[k] - px, dy = v[k] - py;
      const float t1 = c1 * dx + s1 * dy, t2 = c2 * dx + s2 * dy;
      const float d1 = c1 * dy - s1 * dx, d2 = c2 * dy - s2 * dx;
      const ErfAndGauss e1 = erf_and_gauss(d1 * scale), e2 = erf_and_gauss(d2 * scale);
      const float product = e1.erf * e2.erf;
      const float light = 1 + ax * u[k] + ay * v[k], pattern = a + b * product;
      const float g1 = light * slope * e1.gauss * e2.erf, g2 = light * slope * e2.gauss * e1.erf;
      j[0][k] = g1 * s1 + g2 * s2;
      j[1][k] = -g1 * c1 - g2 * c2;
      j[2][k] = -g1 * t1;
      j[3][k] = -g2 * t2;
      j[4][k] = -(g1 * d1 + g2 * d2) * inverse_blur;
      j[5][k] = light;
      j[6][k] = light * product;
      j[7][k] = pattern * u[k];
      j[8][k] = pattern * v[k];
      residual[k] = gray[k] - light * pattern;
    }
    std::copy_n(residual.begin(), size, scratch.residual.begin() + first);
    for (int i = 0; i < kPlain; ++i)
      std::copy_n(j[i].begin(), size, scratch.jacobian[i].begin() + first);
  }
}

// The same for the spread model.
CALIB_WIDE_VECTORS
void linearize_spread(const SaddleModel& m, float px, float py, const Window& window,
                      FitScratch& scratch) {
  const float c1 = std::cos(m.angle[0]), s1 = std::sin(m.angle[0]);
  const float c2 = std::cos(m.angle[1]), s2 = std::sin(m.angle[1]);
  const float blur1 = m.blur, blur2 = m.blur * m.blur_ratio;
  const float scale1 = 0.70710678f / blur1, scale2 = 0.70710678f / blur2;
  // Half of d erf / d distance at 0.
  const float half1 = 0.39894228f / blur1, half2 = 0.39894228f / blur2;
  // The squares that shrink are those where d1 d2 has the sign `kind`.
  const float kind = (m.contrast > 0) == (m.gap >= 0) ? -1.f : 1.f;
  const float gap = std::abs(m.gap), gap_sign = m.gap < 0 ? -1.f : 1.f;
  const float a = m.level, b = m.contrast, ax = m.light_x, ay = m.light_y;
  Block u{}, v{}, gray{}, residual;
  std::array<Block, kSpread> j;
  for (int first = 0; first < window.padded; first += kBlock) {
    const int size = std::min(kBlock, window.padded - first);
    std::copy_n(scratch.u.begin() + first, size, u.begin());
    std::copy_n(scratch.v.begin() + first, size, v.begin());
    std::copy_n(scratch.gray.begin() + first, size, gray.begin());
    for (int k = 0; k < size; ++k) {
      const float dx = u[k] - px, dy = v[k] - py;
      const float t1 = c1 * dx + s1 * dy, t2 = c2 * dx + s2 * dy;
      const float d1 = c1 * dy - s1 * dx, d2 = kind * (c2 * dy - s2 * dx);
      const ErfAndGauss near1 = erf_and_gauss((d1 - gap) * scale1);
      const ErfAndGauss far1 = erf_and_gauss((d1 + gap) * scale1);
      const ErfAndGauss near2 = erf_and_gauss((d2 - gap) * scale2);
      const ErfAndGauss far2 = erf_and_gauss((d2 + gap) * scale2);
      const float in1 = 1 + near1.erf, in2 = 1 + near2.erf;
      const float out1 = 1 - far1.erf, out2 = 1 - far2.erf;
      const float product = kind * (0.5f * (in1 * in2 + out1 * out2) - 1);
      const float light = 1 + ax * u[k] + ay * v[k], pattern = a + b * product;
      const float in1_slope = half1 * near1.gauss * in2, out1_slope = half1 * far1.gauss * out2;
      const float in2_slope = half2 * near2.gauss * in1, out2_slope = half2 * far2.gauss * out1;
      const float strength = light * b * kind;
      const float g1 = strength * (in1_slope - out1_slope);
      const float g2 = light * b * (in2_slope - out2_slope);
      const float blur1_slope =
          (out1_slope * (d1 + gap) - in1_slope * (d1 - gap)) * strength / blur1;
      const float blur2_slope =
          (out2_slope * (d2 + gap) - in2_slope * (d2 - gap)) * strength / blur2;
      j[0][k] = g1 * s1 + g2 * s2;
      j[1][k] = -g1 * c1 - g2 * c2;
      j[2][k] = -g1 * t1;
      j[3][k] = -g2 * t2;
      j[4][k] = blur1_slope + blur2_slope * m.blur_ratio;
      j[5][k] = light;
      j[6][k] = light * product;
      j[7][k] = pattern * u[k];
      j[8][k] = pattern * v[k];
      j[9][k] = -gap_sign * strength * (in1_slope + in2_slope + out1_slope + out2_slope);
      j[10][k] = blur2_slope * blur1;
      residual[k] = gray[k] - light * pattern;
    }
    std::copy_n(residual.begin(), size, scratch.residual.begin() + first);
    for (int i = 0; i < kSpread; ++i)
      std::copy_n(j[i].begin(), size, scratch.jacobian[i].begin() + first);
  }
}

// Sets what was computed beyond the last pixel to zero.
void clear_padding(const Window& window, FitScratch& scratch) {
  for (int k = window.count; k < window.padded; ++k) {
    scratch.residual[k] = 0;
    for (auto& column : scratch.jacobian) column[k] = 0;
  }
}

// The number of lanes is fixed so that the rounding does not depend on the processor's vector
// width.
inline float dot(const float* p, const float* q, int padded) {
  std::array<float, kLanes> sums{};
  for (int k = 0; k < padded; k += kLanes)
    for (int lane = 0; lane < kLanes; ++lane) sums[lane] += p[k + lane] * q[k + lane];
  float sum = 0;
  for (const float part : sums) sum += part;
  return sum;
}

// kLanes floats, of which the compiler makes one or more registers.
using Lanes [[gnu::vector_size(kLanes * sizeof(float))]] = float;

[[gnu::always_inline]] inline void multiply_add(const Lanes& p, const float* q, Lanes& sum) {
  Lanes lanes;
  std::memcpy(&lanes, q, sizeof(lanes));
  sum += p * lanes;
}

[[gnu::always_inline]] inline float sum_of(const Lanes& lanes) {
  float sum = 0;
  for (int lane = 0; lane < kLanes; ++lane) sum += lanes[lane];
  return sum;
}

// The dot products of p with kAtOnce others, each summed as by dot(): one after the other, each
// would wait for its own sums.
constexpr int kAtOnce = 4;
using Columns = std::array<const float*, kAtOnce>;

[[gnu::always_inline]] inline std::array<float, kAtOnce> dots(const float* p, const Columns& q,
                                                              int padded) {
  Lanes s0{}, s1{}, s2{}, s3{};
  for (int k = 0; k < padded; k += kLanes) {
    Lanes lanes;
    std::memcpy(&lanes, p + k, sizeof(lanes));
    multiply_add(lanes, q[0] + k, s0);
    multiply_add(lanes, q[1] + k, s1);
    multiply_add(lanes, q[2] + k, s2);
    multiply_add(lanes, q[3] + k, s3);
  }
  return {sum_of(s0), sum_of(s1), sum_of(s2), sum_of(s3)};
}

// The lower triangle of the normal matrix, whose columns are `parameters` long, and the right side.
CALIB_WIDE_VECTORS
void normal_equations(const FitScratch& scratch, int padded, int parameters, double* a, double* b) {
  for (int i = 0; i < parameters; ++i) {
    const float* row = scratch.jacobian[i].data();
    // Columns 0 to i, and the residuals.
    for (int first = 0; first <= i + 1; first += kAtOnce) {
      Columns columns{};
      for (int n = 0; n < kAtOnce; ++n)
        columns[n] = first + n <= i ? scratch.jacobian[first + n].data() : scratch.residual.data();
      const std::array<float, kAtOnce> products = dots(row, columns, padded);
      for (int n = 0; n < kAtOnce && first + n <= i + 1; ++n)
        (first + n <= i ? a[(first + n) * parameters + i] : b[i]) = products[n];
    }
  }
}

// Estimates level and contrast from one pixel in the middle of each of the four sectors.
void guess_contrast(const GrayView& picture, float radius, SaddleModel& model) {
  const float reach = std::clamp(0.5f * radius, 1.5f, 4.f);
  std::array<float, 2> sum{};  // of the pixels where d1 d2 is positive, and where it is negative
  const float c1 = std::cos(model.angle[0]), s1 = std::sin(model.angle[0]);
  const float c2 = std::cos(model.angle[1]), s2 = std::sin(model.angle[1]);
  for (const float p : {-1.f, 1.f})
    for (const float q : {-1.f, 1.f}) {
      const long x = std::lrint(model.x + reach * (p * c1 + q * c2));
      const long y = std::lrint(model.y + reach * (p * s1 + q * s2));
      const int column = static_cast<int>(std::clamp(x, 0L, picture.width - 1L));
      const int row = static_cast<int>(std::clamp(y, 0L, picture.height - 1L));
      // d1 has the sign of q (c1 s2 - s1 c2), d2 that of -p (c1 s2 - s1 c2).
      sum[p * q < 0 ? 0 : 1] += picture.row(row)[column];
    }
  model.level = (sum[0] + sum[1]) / 4;
  model.contrast = (sum[0] - sum[1]) / 4;
}

float limited(double step, float limit) {
  return std::clamp(static_cast<float>(step), -limit, limit);
}

// Applies a step of Gauss-Newton with limits. Returns the length of the step in position.
template <int N>
float apply_step(const Vector<N>& step, SaddleModel& m, float& px, float& py) {
  const auto dx = static_cast<float>(step(0)), dy = static_cast<float>(step(1));
  const float length = std::hypot(dx, dy), scale = length > 1.5f ? 1.5f / length : 1.f;
  px += dx * scale;
  py += dy * scale;
  m.angle[0] += limited(step(2), 0.3f) * scale;
  m.angle[1] += limited(step(3), 0.3f) * scale;
  m.blur = std::clamp(m.blur + limited(step(4), 0.4f), 0.3f, 5.f);
  m.level += static_cast<float>(step(5));
  m.contrast += static_cast<float>(step(6));
  m.light_x += static_cast<float>(step(7));
  m.light_y += static_cast<float>(step(8));
  if constexpr (N == kSpread) {
    m.gap += limited(step(9), 0.7f);
    m.blur_ratio = std::clamp(m.blur_ratio + limited(step(10), 0.4f), 0.1f, 10.f);
  }
  return length;
}

// The best values so far, and the sum of their squared residuals.
struct Accepted {
  SaddleModel model;
  float px, py;
  double squares = std::numeric_limits<double>::infinity();
};

// Fits the model with N parameters: steps of Gauss-Newton, which are damped (Levenberg-Marquardt)
// after a step that made the fit worse.
template <int N>
bool fit_model(const GrayView& picture, const SaddleModel& start, float radius, int iterations,
               FitScratch& scratch, SaddleFit& fit) {
  constexpr float kSettled = 0.03f;  // pixels; the next step would be some thousandths
  constexpr double kSettledBlur = 0.1;
  const Window window = collect_pixels(picture, start, radius, scratch);
  if (window.count < kFewestPixels) return false;
  SaddleModel m = start;
  guess_contrast(picture, radius, m);
  if (std::abs(m.contrast) < kLeastContrast) return false;
  const float px0 = start.x - static_cast<float>(window.cx);
  const float py0 = start.y - static_cast<float>(window.cy);
  float px = px0, py = py0;
  Matrix<N> normal = Matrix<N>::Zero();
  Vector<N> right;
  Eigen::LDLT<Matrix<N>> solver;
  Vector<N> step = Vector<N>::Zero();
  Accepted last{m, px, py};
  double damping = 0;
  for (int iteration = 0; iteration < iterations; ++iteration) {
    (N == kPlain ? linearize : linearize_spread)(m, px, py, window, scratch);
    clear_padding(window, scratch);
    const double squares = dot(scratch.residual.data(), scratch.residual.data(), window.padded);
    if (squares <= last.squares) {
      last = {m, px, py, squares};
      normal_equations(scratch, window.padded, N, normal.data(), right.data());
      // Small discs hardly determine the blur: damp its step.
      for (int k = 4; k < N; k += k == 4 ? 5 : 1) normal(k, k) += 1e-3 * normal(0, 0) + 1e-9;
      damping = damping > kLeastDamping ? damping / kDampingFactor : 0;
    } else {
      damping = std::max(kLeastDamping, kDampingFactor * damping);
    }
    Matrix<N> damped = normal;
    damped.diagonal() *= 1 + damping;
    solver.compute(damped);
    if (solver.info() != Eigen::Success || !solver.isPositive()) return false;
    step = solver.solve(right);
    if (!step.allFinite()) return false;
    m = last.model;
    px = last.px;
    py = last.py;
    const float length = apply_step(step, m, px, py);
    if (std::hypot(px - px0, py - py0) > kLargestDrift) return false;
    if (length < kSettled && std::abs(step(4)) < kSettledBlur && damping == 0) break;
  }
  // The sum of squared residuals after the last step, predicted by the linear model of that step.
  const double squares = last.squares - right.dot(step);
  const double variance = std::max(0.0, squares) / std::max(1, window.count - N);
  const Eigen::Matrix<double, N, 2> position = Eigen::Matrix<double, N, 2>::Identity();
  const Eigen::Matrix<double, N, 2> inverse = solver.solve(position);
  m.x = px + static_cast<float>(window.cx);
  m.y = py + static_cast<float>(window.cy);
  fit.model = m;
  fit.radius = radius;
  fit.residual_rms = static_cast<float>(std::sqrt(variance));
  fit.sigma_px = static_cast<float>(std::sqrt(variance * (inverse(0, 0) + inverse(1, 1)) / 2));
  return std::isfinite(fit.sigma_px);
}

}  // namespace

bool fit_saddle(const GrayView& picture, const SaddleModel& start, float radius, int iterations,
                FitScratch& scratch, SaddleFit& fit) {
  return fit_model<kPlain>(picture, start, radius, iterations, scratch, fit);
}

bool fit_spread_saddle(const GrayView& picture, const SaddleModel& start, float radius,
                       int iterations, FitScratch& scratch, SaddleFit& fit) {
  return fit_model<kSpread>(picture, start, radius, iterations, scratch, fit);
}

float estimate_noise(const GrayView& picture) {
  // The output of the filter [1 -2 1; -2 4 -2; 1 -2 1] has 36 times the variance of the noise
  // (Immerkaer, "Fast noise variance estimation", 1996). The median of the magnitudes of normally
  // distributed values is 0.6745 standard deviations.
  constexpr int kStepX = 7, kStepY = 5;
  std::array<int, 512> histogram{};
  int count = 0;
  for (int y = 1; y + 1 < picture.height; y += kStepY) {
    const std::uint8_t *a = picture.row(y - 1), *b = picture.row(y), *c = picture.row(y + 1);
    for (int x = 1; x + 1 < picture.width; x += kStepX) {
      const int value = a[x - 1] + a[x + 1] + c[x - 1] + c[x + 1] -
                        2 * (a[x] + c[x] + b[x - 1] + b[x + 1]) + 4 * b[x];
      ++histogram[std::min(511, std::abs(value))];
      ++count;
    }
  }
  int below = 0, median = 0;
  while (median < 511 && (below += histogram[median]) * 2 < count) ++median;
  return static_cast<float>(median) / (6 * 0.6745f);
}

}  // namespace calib
