#pragma once
// How far out a radial distortion is one-to-one.

#include <algorithm>
#include <limits>

namespace calib {

/// The first r at which `radius` (the distorted radius as a function of the undistorted one)
/// stops growing, to about 1e-8; infinity when it grows up to `end`. Marches outwards in steps of
/// 0.005, or of half a percent where that is more, and closes in on the maximum it has passed.
template <class Radius>
double end_of_monotonic_radius(Radius radius, double end) {
  double before = 0, here = 0, value_here = radius(0.0);
  while (here < end) {
    const double next = std::min(here + std::max(0.005, 0.005 * here), end);
    const double value_next = radius(next);
    if (!(value_next > value_here)) {
      // Ternary search: the maximum lies between `before` and `next`. What is below the value at
      // `before` lies beyond it, also behind the pole of a quotient, where the sign changes.
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
