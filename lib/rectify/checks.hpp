#pragma once
// Is a rectification fit for use? Asked before anything of it is written.

#include "rectify/rectified_set.hpp"

namespace calib {

struct CheckLimits {
  double least_valid_share = 0.05;  ///< of each rectified image
  double least_scale = 0.2;         ///< rectified pixels per source pixel in the middle
  double most_scale = 5;            ///< likewise; beyond, a picture shows blur
  double most_mean_error_px = 5;    ///< row (column) error of a pair's observed corners
  double most_departure_px = 1;     ///< what a common frame of three and more leaves
};

/// Throws UndeterminedError that names the cameras, what was found, what is expected and what to
/// do.
void check_rectification(const RectifiedSet& set, const CheckLimits& limits);

}  // namespace calib
