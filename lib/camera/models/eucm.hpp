#pragma once
// The enhanced unified camera (Khomutenko, Garcia and Martinet, "An enhanced unified camera model",
// RA-L 2016):
//   d = sqrt(beta (X^2 + Y^2) + Z^2)
//   (x', y') = (X, Y) / (alpha d + (1 - alpha) Z)
// alpha = 0 is the pinhole camera, beta = 1 the unified model of Geyer and Daniilidis. Near the
// axis the model projects like a pinhole camera with the same focal length. It is valid where the
// denominator is positive and the radius grows with the angle: for Z > -w d with
// w = alpha / (1 - alpha) if alpha <= 1/2, and w = (1 - alpha) / alpha otherwise. The paper
// requires 0 <= alpha <= 1 and beta > 0; other values, which describe pincushion distortion, are
// allowed here where the formula is defined.

#include <array>
#include <cmath>
#include <numbers>
#include <string_view>
#include <vector>

namespace calib {

struct Eucm {
  static constexpr std::string_view name = "eucm";
  static constexpr std::array<std::string_view, 2> distortion_names = {"alpha", "beta"};
  static constexpr bool kSeesBehind = true;

  template <class T>
  static bool distort(const T* k, const T* point, T* out) {
    using std::sqrt;
    const T r2 = point[0] * point[0] + point[1] * point[1];
    const T d2 = k[1] * r2 + point[2] * point[2];
    if (!(d2 > T(0))) return false;
    const T depth = k[0] * sqrt(d2) + (T(1) - k[0]) * point[2];
    if (!(depth > T(0))) return false;
    out[0] = point[0] / depth;
    out[1] = point[1] / depth;
    return true;
  }

  /// The angle from the axis at which Z = -w d.
  static double max_radius(const double* k) {
    const double alpha = k[0], beta = k[1];
    const double w = alpha > 0.5 ? (1 - alpha) / alpha : alpha / (1 - alpha);
    const double root = std::sqrt(1 - w * w);
    if (beta <= 0) return std::atan2(w < 0 ? root : 1, std::sqrt(std::abs(beta)));  // where d = 0
    return std::numbers::pi - std::atan2(root, w * std::sqrt(beta));
  }

  /// From almost no barrel distortion to a field of view above 180 degrees.
  static std::vector<std::vector<double>> starts() {
    return {{0.1, 1}, {0.35, 1}, {0.5, 1}, {0.6, 1}, {0.7, 1}};
  }

  static std::vector<std::vector<double>> examples() {
    return {{0.6, 1.1}, {0.45, 0.9}, {0.7, 1}, {0.3, 2}, {0, 1}};
  }
};

}  // namespace calib
