#pragma once
// Is the error the same all over the picture, or does the lens model miss something somewhere?

#include <string>
#include <vector>

#include "evaluate/residuals.hpp"
#include "scene/observations.hpp"

namespace calib {

/// One cell of the coverage grid. The views, not the corners, are the independent samples: corners
/// of one view share the error of its board pose.
struct RegionError {
  std::size_t corners = 0;
  int views = 0;
  double rms_px = 0;                                  ///< sqrt(mean |e|^2)
  Eigen::Vector2d mean_px = Eigen::Vector2d::Zero();  ///< mean over views of their mean residual
  double chance_px = 0;  ///< the length of mean_px that the scatter of the views explains (RMS)
};

struct CameraRegions {
  std::string name;
  std::vector<RegionError> cells;  ///< kCoverageRows x kCoverageColumns, row by row
  /// RMS over the picture (cells weighted by corners, those with 3 views or more) of the mean
  /// residual, less what chance explains: what a better lens model could take away. 0 when chance
  /// explains all, or nothing can be said.
  double systematic_px = 0;
  double over_chance =
      0;              ///< RMS mean residual over what chance explains; about 1 when all is well
  std::string worst;  ///< where the mean residual stands out most: "top left", ...; may be empty
};

/// By index of Observations::cameras.
std::vector<CameraRegions> region_errors(const Observations& observations,
                                         const std::vector<Residual>& residuals);

}  // namespace calib
