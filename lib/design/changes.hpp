#pragma once
// Repeats the forecast with one change each: a larger board, more shots, other places of the
// boards, other places of the cameras.

#include <optional>
#include <string>
#include <vector>

#include "base/progress.hpp"
#include "design/forecast.hpp"

namespace calib {

/// All that a forecast is made from.
struct Design {
  Calibration rig;  ///< lenses and poses of all cameras, without boards
  Board board;
  BoardPlan plan;
  ForecastNoise noise;
  PointGrid grid;
};

/// The forecast of a design with one change.
struct DesignChange {
  std::string text;                ///< "a board of 1.5 times the size"
  std::optional<Forecast> result;  ///< absent: the changed plan does not determine the rig
};

/// Draws the boards of the plan, and forecasts.
Forecast forecast(const Design& design, int jobs);

/// The changes in the order of what they give: that with the smallest mean standard deviation of
/// points first, those that do not determine the rig last.
std::vector<DesignChange> forecast_changes(const Design& design, int jobs, Progress& progress);

}  // namespace calib
