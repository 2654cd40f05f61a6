#pragma once
// Every corner's reprojection error under a calibration.

#include <string>
#include <vector>

#include "scene/calibration.hpp"
#include "scene/observations.hpp"
#include "scene/rejected_set.hpp"

namespace calib {

/// One corner of one view that took part.
struct Residual : ViewRef {
  int corner = 0;
  Eigen::Vector2d pixel;  ///< observed
  Eigen::Vector2d error;  ///< predicted minus observed, pixels
  double sigma_px = 0;    ///< as observed; 0: not known
  bool rejected = false;  ///< by itself or with its view
};

/// The residuals of all corners that the calibration did not reject, in the views of the frames
/// that it solved. Only for cameras with a pose: the others have no place in the rig. Throws Error
/// when the cameras do not match.
std::vector<Residual> rig_residuals(const Observations& observations,
                                    const Calibration& calibration);

/// The same with the corners that were rejected.
std::vector<Residual> all_residuals(const Observations& observations,
                                    const Calibration& calibration);

/// Statistics of |e|, pixels. rms is sqrt(mean |e|^2) over points.
struct ErrorStatistics {
  std::size_t count = 0;
  double mean = 0, rms = 0, median = 0, p95 = 0, max = 0;
};
ErrorStatistics statistics(std::vector<double> magnitudes);

}  // namespace calib
