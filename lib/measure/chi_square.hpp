#pragma once
// How large a sum of squared errors may be by chance.

#include <cmath>

namespace calib {

/// The value that a chi-square of this redundancy exceeds as rarely as a normal number exceeds
/// `sigmas` (Wilson and Hilferty, 1931).
inline double chi_square_quantile(int redundancy, double sigmas) {
  const double a = 2.0 / (9.0 * redundancy), root = 1 - a + sigmas * std::sqrt(a);
  return redundancy * root * root * root;
}

}  // namespace calib
