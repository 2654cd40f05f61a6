#pragma once
// The pinhole camera, without distortion: u = fx X/Z + cx, v = fy Y/Z + cy. Valid for Z > 0.
//
// Every camera model has these members:
//   name                the name of the model in files and flags
//   distortion_names    the names of the distortion parameters, in the order of the files
//   distort(k, in, out) computes the distorted point, in focal lengths, of a point in camera
//                       coordinates; returns false where the formula is not valid
//   kSeesBehind         whether points with Z <= 0 can be valid
//   max_radius(k)       the largest |(X,Y)/Z| (if kSeesBehind: the largest angle from the axis) up
//                       to which the mapping is one-to-one; infinity if it always is
//   examples()          realistic distortions for the tests
// and may have these:
//   starts()            distortions of the initial guesses of a solve; default: zeros
//   StartsAs            a simpler model for the initial guesses, whose parameters are the leading
//                       ones of this model
//   prior_sigmas()      a standard deviation for each distortion parameter, infinity for none; for
//                       models of which some parameters can grow without bound together
//   kHeld               the number of leading distortion parameters that are never estimated; fx fy
//                       cx cy are then not estimated either
//   kSupport, local, distort_with, visit_third_differences, visit_gauges
//                       all five, for a model in which each point depends on few parameters: see
//                       splined.hpp

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
