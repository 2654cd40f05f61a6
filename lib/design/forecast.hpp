#pragma once
// Predicts the accuracy of a calibration before it is filmed: the covariance at the true values
// (expected_covariance() in solve) of views without errors, and what follows from it for lenses,
// poses and points in space.

#include <string>
#include <vector>

#include "design/board_plan.hpp"
#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

/// What is assumed of the corners and the points.
struct ForecastNoise {
  double corner_px = 0.1;    ///< standard deviation of a corner's coordinate
  double point_px = 0.1;     ///< of a measured point's coordinate
  bool exact_board = false;  ///< the board is known to be flat, and its squares to be square
};

/// The points whose accuracy is asked for: a grid in a box in the room, x fastest.
struct PointGrid {
  static constexpr int kX = 9, kY = 9, kZ = 5;
  Eigen::AlignedBox3d box;
  Eigen::Vector3d at(int x, int y, int z) const;
};

/// Standard deviations of points: the root of the sum of the variances in x, y and z, meters. NaN
/// where fewer than two cameras see the point.
struct PointForecast {
  std::vector<double> std_m;  ///< as PointGrid
  double mean_m = 0, worst_m = 0;
  double calibration_m = 0;  ///< the part of the calibration's errors alone (root mean square)
  double seen_share = 0;     ///< of the points that two cameras see
};

/// Two cameras, and how many boards both see.
struct SharedBoards {
  std::string first, second;
  int boards = 0;
};

struct Forecast {
  /// The true values with the standard deviations, the uncertainty and the covariance that a solve
  /// will state. `views` counts the boards of each camera, and `frames` has the boards.
  Calibration expected;
  std::vector<SharedBoards> pairs;
  PointForecast points;
};

/// The box of the middle part of the boards, in the room: between the 10th and the 90th percentile
/// of their centers along each axis.
Eigen::AlignedBox3d box_of_boards(const Calibration& rig);

/// The corners that the cameras will see of the boards in `rig.frames`, without errors.
Observations planned_observations(const Calibration& rig, double sigma_px);

/// Throws UndeterminedError if no two cameras see a point of the grid.
void require_seen(const Calibration& rig, const PointGrid& grid, int jobs);

/// Throws UndeterminedError, which names the camera or the groups, if the boards of the rig do not
/// determine it.
Forecast forecast(const Calibration& rig, const PointGrid& grid, const ForecastNoise& noise,
                  int jobs);

/// The standard deviations of the points alone; `rig` has a covariance, or counts as exact.
PointForecast forecast_points(const Calibration& rig, const PointGrid& grid, double sigma_px,
                              int jobs);

}  // namespace calib
