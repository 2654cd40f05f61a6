#pragma once
// How well rows would align after rectification, measured on the observed corners without a fitted
// board pose that could hide an error.

#include <string>
#include <vector>

#include "evaluate/observed_rays.hpp"
#include "evaluate/residuals.hpp"

namespace calib {

struct PairRowErrors {
  std::string first, second;
  double baseline_m = 0;
  int frames = 0;               ///< frames in which both cameras see the board
  ErrorStatistics row_px;       ///< |row difference|, pixels of rectified images
  ErrorStatistics epipolar_px;  ///< angle between the epipolar planes of both rays, times the
                                ///< distance of the ray from the epipole, in pixels
};

/// For every pair of cameras with poses and common corners: both rays of a corner are rotated to
/// the frame whose x axis is the baseline (row_aligned_frame()), in which their y/z must be equal.
/// The difference times the mean focal length is the row error. Uses at most `jobs` threads (0: all
/// cores).
std::vector<PairRowErrors> row_errors(const Rays& rays, int jobs);

}  // namespace calib
