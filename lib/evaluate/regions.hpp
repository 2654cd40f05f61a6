#pragma once
// Systematic errors over the image, which show where the lens model does not fit.

#include <string>
#include <vector>

#include "evaluate/residuals.hpp"
#include "scene/observations.hpp"

namespace calib {

/// The residuals in one cell of the coverage grid. The views, not the corners, are the independent
/// samples, because the corners of one view share the error of its board pose.
struct RegionError {
  std::size_t corners = 0;
  int views = 0;
  double rms_px = 0;                                  ///< sqrt(mean |e|^2)
  Eigen::Vector2d mean_px = Eigen::Vector2d::Zero();  ///< mean over views of their mean residual
  double chance_px =
      0;  ///< the expected length (RMS) of mean_px from the scatter of the views alone
};

struct CameraRegions {
  std::string name;
  std::vector<RegionError> cells;  ///< kCoverageRows x kCoverageColumns, row by row
  /// The RMS over the image (cells with at least 3 views, weighted by corners) of the mean
  /// residual, after subtracting the part expected by chance: the error that a better lens model
  /// could remove. 0 if chance explains all of it or there are too few views.
  double systematic_px = 0;
  /// The RMS mean residual over the one expected by chance: about 1 for a lens model that fits.
  double ratio_to_chance = 0;
  std::string worst;  ///< the region with the largest systematic error: "top left", ... or empty
};

/// `residuals` are those of this camera.
CameraRegions region_errors(const ObservedCamera& observed, const std::vector<Residual>& residuals);

}  // namespace calib
