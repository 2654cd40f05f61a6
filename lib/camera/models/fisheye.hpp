#pragma once
// The equidistant fisheye with four coefficients (Kannala and Brandt, "A generic camera model and
// calibration method for conventional, wide-angle, and fish-eye lenses", PAMI 2006; OpenCV's
// cv::fisheye with alpha = 0):
//   theta = atan2(|(X,Y)|, Z)
//   theta_d = theta (1 + k1 theta^2 + k2 theta^4 + k3 theta^6 + k4 theta^8)
//   (x', y') = theta_d (X,Y) / |(X,Y)|
// Valid up to the angle at which theta_d stops growing, also for points with Z <= 0.

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <string_view>
#include <vector>

#include "camera/models/monotonic_radius.hpp"

namespace calib {

struct Fisheye {
  static constexpr std::string_view name = "fisheye";
  static constexpr std::array<std::string_view, 4> distortion_names = {"k1", "k2", "k3", "k4"};
  static constexpr bool kSeesBehind = true;

  template <class T>
  static bool distort(const T* k, const T* point, T* out) {
    using std::atan2;
    using std::sqrt;
    const T r2 = point[0] * point[0] + point[1] * point[1];
    T scale;
    if (r2 > T(1e-16) * point[2] * point[2]) {
      const T r = sqrt(r2);
      const T theta = atan2(r, point[2]);
      scale = theta * radial(k, theta * theta) / r;
    } else {
      if (!(point[2] > T(0))) return false;
      scale = T(1) / point[2];  // the limit on the axis
    }
    out[0] = point[0] * scale;
    out[1] = point[1] * scale;
    return true;
  }

  /// The largest angle from the axis.
  static double max_radius(const double* k) {
    return std::min(
        std::numbers::pi,
        end_of_monotonic_radius([k](double theta) { return theta * radial(k, theta * theta); },
                                std::numbers::pi));
  }

  static std::vector<std::vector<double>> examples() {
    return {{0, 0, 0, 0}, {-0.01, 0.003, -0.002, 0.0005}, {0.05, -0.01, 0.002, -0.0003}};
  }

 private:
  template <class T>
  static T radial(const T* k, const T& t2) {
    return T(1) + t2 * (k[0] + t2 * (k[1] + t2 * (k[2] + t2 * k[3])));
  }
};

}  // namespace calib
