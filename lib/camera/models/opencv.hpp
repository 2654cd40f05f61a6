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
    const T d = radial(k, r2);
    const T xy2 = T(2) * x * y;
    out[0] = x * d + k[2] * xy2 + k[3] * (r2 + T(2) * x * x);
    out[1] = y * d + k[2] * (r2 + T(2) * y * y) + k[3] * xy2;
    if constexpr (kCount >= 12) {
      out[0] += r2 * (k[8] + r2 * k[9]);
      out[1] += r2 * (k[10] + r2 * k[11]);
    }
    if constexpr (kCount >= 14) return tilt(k[12], k[13], out);
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
