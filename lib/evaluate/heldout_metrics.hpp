#pragma once
// Errors of views that a calibration was not fitted to, as metrics. What measures them is solve/.

#include <vector>

#include "evaluate/residuals.hpp"

namespace calib {

struct HeldOutMetrics {
  int folds = 0;
  /// By index of Observations::cameras. `lens`: the lens fitted without the view, the view's own
  /// board pose fitted. `rig`: the rig solved without the frame, the board located by the other
  /// cameras and predicted into this one.
  std::vector<ErrorStatistics> lens, rig;
  std::size_t lens_lost = 0, rig_lost = 0;  ///< corners that could not be predicted
};

}  // namespace calib
