#pragma once
// OpenCV's radial-tangential family (Brown 1966; OpenCV documentation, calib3d), with OpenCV's
// parameter order:
//   k1 k2 p1 p2 [k3 [k4 k5 k6 [s1 s2 s3 s4 [tau_x tau_y]]]]
//   x = X/Z, y = Y/Z, r2 = x^2 + y^2, d = (1 + k1 r2 + k2 r4 + k3 r6) / (1 + k4 r2 + k5 r4 + k6 r6)
//   x' = x d + 2 p1 x y + p2 (r2 + 2 x^2) + s1 r2 + s2 r4
//   y' = y d + p1 (r2 + 2 y^2) + 2 p2 x y + s3 r2 + s4 r4
// A tilted sensor (R = R_y(tau_y) R_x(tau_x) as defined by OpenCV) rotates (x', y', 1) by R and
// projects it to the sensor plane, scaled so that the axis does not move. Multiplied out:
//   w = x' sin(tau_y) + cos(tau_y) (cos(tau_x) - y' sin(tau_x))
//   x'' = x' cos(tau_x) / w,  y'' = (y' cos(tau_y) - x' sin(tau_x) sin(tau_y)) / w
// Valid for Z > 0 and w > 0, up to the radius at which r d(r) stops being monotonic.

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>
#include <vector>

#include "camera/jet.hpp"
#include "camera/models/monotonic_radius.hpp"

namespace calib {

template <int kCount>
struct OpencvModel {
  static_assert(kCount == 4 || kCount == 5 || kCount == 8 || kCount == 12 || kCount == 14);
  static constexpr std::string_view name = kCount == 4    ? "opencv4"
                                           : kCount == 5  ? "opencv5"
                                           : kCount == 8  ? "opencv8"
                                           : kCount == 12 ? "opencv12"
                                                          : "opencv14";
  static constexpr std::array<std::string_view, kCount> distortion_names = [] {
    constexpr std::array<std::string_view, 14> all = {
        "k1", "k2", "p1", "p2", "k3", "k4", "k5", "k6", "s1", "s2", "s3", "s4", "tau_x", "tau_y"};
    std::array<std::string_view, kCount> names{};
    std::copy_n(all.begin(), kCount, names.begin());
    return names;
  }();
  static constexpr bool kSeesBehind = false;

  template <class T>
  static bool distort(const T* k, const T* point, T* out) {
    if (!(point[2] > T(0))) return false;
    const T x = point[0] / point[2];
    const T y = point[1] / point[2];
    const T r2 = x * x + y * y;
    distort_untilted(k, x, y, r2, radial(k, r2), out);
    if constexpr (kCount >= 14) return tilt(k[12], k[13], out);
    return true;
  }

  /// distort() with its derivatives by the point and, if kByDistortion, by the distortion. The
  /// closed form takes a fifth of the time of dual numbers.
  template <bool kByDistortion, class Result>
  static bool differentiate(const double* k, const double* point, Result& result) {
    if (!(point[2] > 0)) return false;
    const double inverse = 1 / point[2], x = point[0] * inverse, y = point[1] * inverse;
    const double r2 = x * x + y * y;
    const RadialSlope radius = radial_slope(k, r2);
    const double d = radius.factor, slope = 2 * radius.by_r2;
    const double xy2 = 2 * x * y, skew = k[2] * 2 * x + k[3] * 2 * y + slope * x * y;
    distort_untilted(k, x, y, r2, d, result.value);
    double by_x[2] = {d + slope * x * x + 2 * k[2] * y + 6 * k[3] * x, skew};
    double by_y[2] = {skew, d + slope * y * y + 6 * k[2] * y + 2 * k[3] * x};
    if constexpr (kCount >= 12) {
      for (int r = 0; r < 2; ++r) {
        const double by_r2 = 2 * (k[8 + 2 * r] + 2 * r2 * k[9 + 2 * r]);
        by_x[r] += x * by_r2;
        by_y[r] += y * by_r2;
      }
    }
    if constexpr (kByDistortion) {
      const double xy[2] = {x, y};
      for (int r = 0; r < 2; ++r)
        write_by_distortion(xy[r], d, r2, radius.inverse, r, result.by_distortion[r].data());
      result.by_distortion[0][2] = result.by_distortion[1][3] = xy2;
      result.by_distortion[0][3] = r2 + 2 * x * x;
      result.by_distortion[1][2] = r2 + 2 * y * y;
    }
    if constexpr (kCount >= 14) {
      if (!tilt_derivatives<kByDistortion>(k, by_x, by_y, result)) return false;
    }
    for (int r = 0; r < 2; ++r) {
      result.by_point[r] << by_x[r] * inverse, by_y[r] * inverse,
          -(x * by_x[r] + y * by_y[r]) * inverse;
    }
    return true;
  }

  /// The first radius at which r d(r) stops growing; infinity if it grows up to r = 1000 (89.94
  /// degrees).
  static double max_radius(const double* k) {
    return end_of_monotonic_radius([k](double r) { return r * radial(k, r * r); }, 1000);
  }

  /// No distortion, and the barrel distortion of a wide-angle lens: without distortion, a wrong
  /// focal length can fit single views of such a lens better than the true one. Both are monotonic
  /// everywhere.
  static std::vector<std::vector<double>> starts() {
    std::vector<double> none(kCount), barrel(kCount);
    barrel[0] = -0.25;
    barrel[1] = 0.05;
    return {none, barrel};
  }
  using StartsAs = OpencvModel<4>;

  /// The numerator and the denominator of d can grow together without changing the quotient.
  static std::array<double, kCount> prior_sigmas() {
    std::array<double, kCount> sigmas;
    sigmas.fill(std::numeric_limits<double>::infinity());
    if constexpr (kCount >= 8) {
      for (const int k : {0, 1, 4, 5, 6, 7}) sigmas[k] = 1;
    }
    return sigmas;
  }

  static std::vector<std::vector<double>> examples() {
    std::vector<std::vector<double>> all = {
        {-0.28, 0.07, 2e-4, -1e-4, 0.005, 0.01, -0.02, 0.003, 1e-4, -2e-5, 2e-4, 1e-5, 0.02, -0.03},
        {0.1, -0.2, -1e-3, 2e-3, 0.1, 0, 0, 0, 0, 0, 0, 0, -0.03, 0.02},
        {-0.05, 0.01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.01, 0},
        {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}};
    for (auto& example : all) example.resize(kCount);
    return all;
  }

 private:
  template <class T>
  static T radial(const T* k, const T& r2) {
    T numerator = T(1) + r2 * (k[0] + r2 * k[1]);
    if constexpr (kCount >= 5) numerator += r2 * r2 * r2 * k[4];
    if constexpr (kCount >= 8) return numerator / (T(1) + r2 * (k[5] + r2 * (k[6] + r2 * k[7])));
    return numerator;
  }

  // (x', y') from r2 = x^2 + y^2 and the radial factor d.
  template <class T>
  static void distort_untilted(const T* k, const T& x, const T& y, const T& r2, const T& d,
                               T* out) {
    const T xy2 = T(2) * x * y;
    out[0] = x * d + k[2] * xy2 + k[3] * (r2 + T(2) * x * x);
    out[1] = y * d + k[2] * (r2 + T(2) * y * y) + k[3] * xy2;
    if constexpr (kCount >= 12) {
      out[0] += r2 * (k[8] + r2 * k[9]);
      out[1] += r2 * (k[10] + r2 * k[11]);
    }
  }

  // The factor d, its derivative by r^2, and 1 over its denominator.
  struct RadialSlope {
    double factor, by_r2, inverse;
  };
  static RadialSlope radial_slope(const double* k, double r2) {
    const double factor = radial(k, r2);
    double by_r2 = k[0] + 2 * r2 * k[1], inverse = 1;
    if constexpr (kCount >= 5) by_r2 += 3 * r2 * r2 * k[4];
    if constexpr (kCount >= 8) {
      inverse = 1 / (1 + r2 * (k[5] + r2 * (k[6] + r2 * k[7])));
      by_r2 = (by_r2 - factor * (k[5] + r2 * (2 * k[6] + 3 * r2 * k[7]))) * inverse;
    }
    return {factor, by_r2, inverse};
  }

  // The derivatives of coordinate `r`, whose undistorted value is `at`, by the radial terms and by
  // those of a thin prism; 0 by the tilt.
  static void write_by_distortion(double at, double d, double r2, double inverse, int r,
                                  double* by) {
    const double power[3] = {r2, r2 * r2, r2 * r2 * r2};
    by[0] = at * power[0] * inverse;
    by[1] = at * power[1] * inverse;
    if constexpr (kCount >= 5) by[4] = at * power[2] * inverse;
    if constexpr (kCount >= 8) {
      for (int i = 0; i < 3; ++i) by[5 + i] = -at * d * power[i] * inverse;
    }
    if constexpr (kCount >= 12) {
      for (int i = 0; i < 4; ++i) by[8 + i] = i / 2 == r ? power[i % 2] : 0;
    }
    if constexpr (kCount >= 14) by[12] = by[13] = 0;
  }

  // Tilts the sensor: the chain rule for the coordinates in `result` and their derivatives so far.
  template <bool kByDistortion, class Result>
  static bool tilt_derivatives(const double* k, double (&by_x)[2], double (&by_y)[2],
                               Result& result) {
    using Variable = Jet<4>;
    Variable out[2] = {Variable(result.value[0], 0), Variable(result.value[1], 1)};
    if (!tilt(Variable(k[12], 2), Variable(k[13], 3), out)) return false;
    const auto chain = [&](double& first, double& second) {
      const double before[2] = {first, second};
      first = out[0].v[0] * before[0] + out[0].v[1] * before[1];
      second = out[1].v[0] * before[0] + out[1].v[1] * before[1];
    };
    chain(by_x[0], by_x[1]);
    chain(by_y[0], by_y[1]);
    if constexpr (kByDistortion) {
      for (int i = 0; i < 12; ++i) chain(result.by_distortion[0][i], result.by_distortion[1][i]);
      for (std::size_t i = 0; i < 2; ++i) {
        for (int r = 0; r < 2; ++r)
          result.by_distortion[r][12 + static_cast<int>(i)] = out[r].v[2 + i];
      }
    }
    for (int r = 0; r < 2; ++r) result.value[r] = out[r].a;
    return true;
  }

  template <class T>
  static bool tilt(const T& tau_x, const T& tau_y, T* out) {
    using std::cos;
    using std::sin;
    const T sin_x = sin(tau_x), cos_x = cos(tau_x), sin_y = sin(tau_y), cos_y = cos(tau_y);
    const T w = out[0] * sin_y + cos_y * (cos_x - out[1] * sin_x);
    if (!(w > T(0))) return false;
    out[1] = (out[1] * cos_y - out[0] * sin_x * sin_y) / w;
    out[0] = out[0] * cos_x / w;
    return true;
  }
};

using Opencv4 = OpencvModel<4>;
using Opencv5 = OpencvModel<5>;
using Opencv8 = OpencvModel<8>;
using Opencv12 = OpencvModel<12>;
using Opencv14 = OpencvModel<14>;

}  // namespace calib
