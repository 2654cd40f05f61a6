#pragma once
// The double sphere (Usenko, Demmel and Cremers, "The double sphere camera model", 3DV 2018,
// equations 40 to 42):
//   d1 = |(X, Y, Z)|, d2 = |(X, Y, xi d1 + Z)|
//   (x', y') = (X, Y) / (alpha d2 + (1 - alpha) (xi d1 + Z))
// Requires xi > -1. Near the axis the model projects like a pinhole camera with the focal length
// fx / (1 + xi).
//
// Valid region: let phi be the angle of the point from the axis, seen from the center of the second
// sphere. The last step is the unified camera model, which is valid up to cos(phi) = -w with
// w = alpha / (1 - alpha) if alpha <= 1/2, and w = (1 - alpha) / alpha otherwise (the paper's w1).
// Seen from the first center the angle is theta, with theta - phi = asin(xi sin(phi)) by the law of
// sines. This bound is exact; equation 43 of the paper places the point on the second sphere and
// gives a smaller region. For xi > 1, phi grows with theta only up to cos(theta) = -1 / xi.

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <string_view>
#include <vector>

namespace calib {

struct DoubleSphere {
  static constexpr std::string_view name = "double_sphere";
  static constexpr std::array<std::string_view, 2> distortion_names = {"xi", "alpha"};
  static constexpr bool kSeesBehind = true;

  template <class T>
  static bool distort(const T* k, const T* point, T* out) {
    using std::sqrt;
    const T& xi = k[0];
    const T& alpha = k[1];
    const T r2 = point[0] * point[0] + point[1] * point[1];
    const T d1_square = r2 + point[2] * point[2];
    if (!(xi > T(-1)) || !(d1_square > T(0))) return false;
    const T z = xi * sqrt(d1_square) + point[2];
    const T d2_square = r2 + z * z;
    if (!(d2_square > T(0))) return false;
    const T depth = alpha * sqrt(d2_square) + (T(1) - alpha) * z;
    if (!(depth > T(0))) return false;
    out[0] = point[0] / depth;
    out[1] = point[1] / depth;
    return true;
  }

  /// The largest angle from the axis.
  static double max_radius(const double* k) {
    const double xi = k[0], alpha = k[1];
    const double w = alpha > 0.5 ? (1 - alpha) / alpha : alpha / (1 - alpha);
    const double side = xi * std::sqrt(1 - w * w);  // xi sin(phi)
    if (xi > 1 && (w >= 0 || side > 1)) return std::acos(-1 / xi);
    return std::acos(-w) + std::asin(std::clamp(side, -1.0, 1.0));
  }

  /// From almost no barrel distortion to a field of view above 180 degrees. Real lenses have a
  /// negative xi; from xi = 0 a solve may reach another local minimum at a positive xi.
  static std::vector<std::vector<double>> starts() {
    return {{-0.1, 0.15}, {-0.2, 0.4}, {-0.2, 0.55}, {-0.2, 0.65}, {-0.2, 0.75}};
  }

  static std::vector<std::vector<double>> examples() {
    return {{-0.2, 0.58}, {-0.05, 0.45}, {0.3, 0.4}, {0.1, 0.65}, {0, 0}};
  }
};

}  // namespace calib
