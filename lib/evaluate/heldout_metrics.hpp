#pragma once
// Metrics of the errors of held-out views. solve/heldout.hpp computes these errors.

#include <vector>

#include "evaluate/residuals.hpp"

namespace calib {

struct HeldOutMetrics {
  int folds = 0;
  /// By index of Observations::cameras. `lens`: the lens is fitted without the view, then the board
  /// pose to the view itself. `rig`: the rig is solved without the frame, then the board pose is
  /// fitted to the other cameras' views of the frame.
  std::vector<ErrorStatistics> lens, rig;
  std::size_t lens_lost = 0, rig_lost = 0;  ///< corners that could not be predicted
};

}  // namespace calib
