#pragma once
// The camera without distortion: u = fx X/Z + cx, v = fy Y/Z + cy. Valid for Z > 0.
//
// What every model header holds, and what camera/model_list.hpp asks of it:
//   name                the word in files and flags
//   distortion_names    one name a distortion parameter, in the order of the files
//   distort<T>(k, in, out)   the ray's shape on the plane z = 1 in focal lengths; in: a point in
//   camera coordinates.
//                       Returns false outside the region where the formula means anything.
//   kSeesBehind         whether points with Z <= 0 can be valid
//   max_radius(k)       the largest undistorted |(X,Y)/Z| (or, if kSeesBehind, angle) up to which
//   the mapping is
//                       one-to-one; infinity when it always is
//   starts              (optional) distortions from which a solve tries to start; without it, zeros
//   StartsAs            (optional) a smaller model that takes the starts' leading parameters and is
//                       quicker to try
//   prior_sigmas        (optional) how far each coefficient may reasonably lie from 0, where some
//   can
//                       grow against each other without end
//   kHeld               (optional) how many of the first numbers of the distortion are chosen once
//   and
//                       then held, together with fx fy cx cy
//   kSupport, local, distort_with, visit_third_differences, visit_gauges   (optional, all) for a
//   model
//                       of which each point feels few numbers: see splined.hpp
//   examples            realistic distortions, which the property tests run over

#include <array>
#include <limits>
#include <string_view>
#include <vector>

namespace calib {

struct Pinhole {
  static constexpr std::string_view name = "pinhole";
  static constexpr std::array<std::string_view, 0> distortion_names{};
  static constexpr bool kSeesBehind = false;

  template <class T>
  static bool distort(const T* /*k*/, const T* point, T* out) {
    if (!(point[2] > T(0))) return false;
    out[0] = point[0] / point[2];
    out[1] = point[1] / point[2];
    return true;
  }

  static double max_radius(const double* /*k*/) { return std::numeric_limits<double>::infinity(); }

  static std::vector<std::vector<double>> examples() { return {{}}; }
};

}  // namespace calib
