#pragma once
// How well rows would align after rectification, measured on the observed corners: no fitted board
// pose hides an error.

#include <string>
#include <vector>

#include "evaluate/observed_rays.hpp"
#include "evaluate/residuals.hpp"

namespace calib {

struct PairRowErrors {
  std::string first, second;
  double baseline_m = 0;
  int frames = 0;          ///< frames both cameras saw
  ErrorStatistics row_px;  ///< |row difference| in rectified pixels, at the mean focal length of
                           ///< the two cameras
};

/// For every pair of posed cameras that share views: each common corner's rays are turned into the
/// frame whose x axis is the baseline; there y/z must agree. The difference times the mean focal
/// length is the row error. On at most `jobs` threads (0: all cores).
std::vector<PairRowErrors> row_errors(const Rays& rays, int jobs);

}  // namespace calib
