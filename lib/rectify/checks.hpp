#pragma once
// Checks whether a rectification is fit for use, before anything is written.

#include "rectify/rectified_set.hpp"

namespace calib {

struct CheckLimits {
  double least_valid_share = 0.05;  ///< valid share of each rectified image
  double least_scale = 0.2;         ///< rectified pixels per source pixel in the middle
  double most_scale = 5;            ///< the same; images of a larger scale are blurred
  double most_mean_error_px = 5;    ///< row (column) error of the observed corners of a pair
  double most_departure_px = 1;     ///< RectifiedPair::departure_px
};

/// Throws UndeterminedError if a limit is exceeded. The message names the cameras, what was found,
/// what is expected and what to do.
void check_rectification(const RectifiedSet& set, const CheckLimits& limits);

}  // namespace calib
