#pragma once
// The radius up to which a radial distortion is monotonic, and so one-to-one.

#include <algorithm>
#include <limits>

namespace calib {

/// The first maximum of `radius`, which maps the undistorted to the distorted radius, to about
/// 1e-8; infinity if the function is monotonic up to `end`. Steps outwards by 0.005 or 0.5 percent,
/// whichever is more, until the function decreases, then searches for the maximum.
template <class Radius>
double end_of_monotonic_radius(Radius radius, double end) {
  double before = 0, here = 0, value_here = radius(0.0);
  while (here < end) {
    const double next = std::min(here + std::max(0.005, 0.005 * here), end);
    const double value_next = radius(next);
    if (!(value_next > value_here)) {
      // Ternary search for the maximum between `before` and `next`. A value less than that at
      // `before` lies beyond the maximum, or beyond a pole, where the sign changes.
      const double floor = radius(before);
      double low = before, high = next;
      for (int i = 0; i < 100; ++i) {
        const double a = low + (high - low) / 3, b = high - (high - low) / 3;
        if (radius(a) < radius(b) && radius(a) >= floor) {
          low = a;
        } else {
          high = b;
        }
      }
      return low;
    }
    before = here;
    here = next;
    value_here = value_next;
  }
  return std::numeric_limits<double>::infinity();
}

}  // namespace calib
