#pragma once
// The reprojection errors of all corners with a calibration.

#include <functional>
#include <vector>

#include "scene/calibration.hpp"
#include "scene/observations.hpp"
#include "scene/rejected_set.hpp"

namespace calib {

/// The reprojection error of one corner.
struct Residual : ViewRef {
  int corner = 0;
  Eigen::Vector2d pixel;  ///< observed
  Eigen::Vector2d error;  ///< predicted minus observed, pixels
  double sigma_px = 0;    ///< standard deviation of the observed corner; 0: not known
  bool rejected = false;  ///< by itself or with its view
};

/// The residuals of all corners that the calibration did not reject, in the frames that it solved,
/// for cameras with intrinsics and a pose. Throws Error if the calibration lacks an observed
/// camera. Uses at most `jobs` threads (0: all cores).
std::vector<Residual> rig_residuals(const Observations& observations,
                                    const Calibration& calibration, int jobs = 1);

/// Calls visit(camera, residuals) with the same of each camera by itself, at the same time for
/// several cameras: those of all together can take much memory.
void visit_rig_residuals(
    const Observations& observations, const Calibration& calibration, int jobs,
    const std::function<void(std::size_t camera, const std::vector<Residual>&)>& visit);

/// The same as rig_residuals() including the rejected corners.
std::vector<Residual> all_residuals(const Observations& observations,
                                    const Calibration& calibration, int jobs = 1);

/// Statistics of error lengths |e|, usually in pixels. rms is sqrt(mean |e|^2) over the points.
struct ErrorStatistics {
  std::size_t count = 0;
  double mean = 0, rms = 0, median = 0, p95 = 0, max = 0;
};
ErrorStatistics statistics(std::vector<double> magnitudes);

}  // namespace calib
