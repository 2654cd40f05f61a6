#pragma once
// The unified camera with radial and tangential distortion (Mei and Rives, "Single view point
// omnidirectional camera calibration from planar grids", ICRA 2007), with the parameters of
// OpenCV's ccalib and of Kalibr's omni-radtan:
//   (x, y) = (X, Y) / (Z + xi d), d = |(X, Y, Z)|, r2 = x^2 + y^2
//   x' = x (1 + k1 r2 + k2 r4) + 2 p1 x y + p2 (r2 + 2 x^2)
//   y' = y (1 + k1 r2 + k2 r4) + p1 (r2 + 2 y^2) + 2 p2 x y
// Requires xi > -1. Near the axis the model projects like a pinhole camera with the focal length
// fx / (1 + xi). It is valid where the denominator is positive, r (1 + k1 r2 + k2 r4) grows with r,
// and, for xi > 1, |(x, y)| grows with the angle: up to cos(theta) = -1 / xi.

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>
#include <vector>

#include "camera/models/monotonic_radius.hpp"

namespace calib {

struct Omni {
  static constexpr std::string_view name = "omni";
  static constexpr std::array<std::string_view, 5> distortion_names = {"xi", "k1", "k2", "p1",
                                                                       "p2"};
  static constexpr bool kSeesBehind = true;

  template <class T>
  static bool distort(const T* k, const T* point, T* out) {
    using std::sqrt;
    const T square = point[0] * point[0] + point[1] * point[1] + point[2] * point[2];
    if (!(k[0] > T(-1)) || !(square > T(0))) return false;
    const T depth = point[2] + k[0] * sqrt(square);
    if (!(depth > T(0))) return false;
    const T x = point[0] / depth;
    const T y = point[1] / depth;
    const T r2 = x * x + y * y;
    const T d = radial(k, r2);
    const T xy2 = T(2) * x * y;
    out[0] = x * d + k[3] * xy2 + k[4] * (r2 + T(2) * x * x);
    out[1] = y * d + k[3] * (r2 + T(2) * y * y) + k[4] * xy2;
    return true;
  }

  /// The largest angle from the axis.
  static double max_radius(const double* k) {
    const double xi = k[0];
    // The largest r of a point on the sphere. The search ends at r = 1000 (89.94 degrees).
    const double end =
        xi > 1 ? 1 / std::sqrt(xi * xi - 1) : std::numeric_limits<double>::infinity();
    const double fold = end_of_monotonic_radius([k](double r) { return r * radial(k, r * r); },
                                                std::min(end, 1000.0));
    if (fold < end) return angle_of(xi, fold);
    return std::acos(xi > 1 ? -1 / xi : -xi);
  }

  /// From almost no barrel distortion to a field of view above 180 degrees.
  static std::vector<std::vector<double>> starts() {
    return {{0.2, 0, 0, 0, 0}, {1, 0, 0, 0, 0}, {1.7, 0, 0, 0, 0}};
  }

  static std::vector<std::vector<double>> examples() {
    return {{0.9, -0.02, 0.004, 2e-4, -1e-4},
            {1.2, 0.03, -0.01, -1e-3, 5e-4},
            {0.3, -0.1, 0.02, 1e-4, 2e-4},
            {0, 0, 0, 0, 0}};
  }

 private:
  template <class T>
  static T radial(const T* k, const T& r2) {
    return T(1) + r2 * (k[1] + r2 * k[2]);
  }

  // The angle from the axis of a point with the undistorted radius r: atan(r) seen from the shifted
  // center, plus the difference between the two centers by the law of sines.
  static double angle_of(double xi, double r) {
    const double phi = std::atan(r);
    return phi + std::asin(std::min(1.0, xi * std::sin(phi)));
  }
};

}  // namespace calib
