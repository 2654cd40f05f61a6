#pragma once
// Solves the lenses, then the rig.

#include "base/progress.hpp"
#include "solve/solve_intrinsics.hpp"
#include "solve/solve_rig.hpp"

namespace calib::testing {

inline Calibration solve_all(const Observations& observations,
                             const ExtrinsicsOptions& options = {}) {
  const Calibration lenses = solve_intrinsics(observations, {}, 1, no_progress());
  return solve_rig(observations, lenses, options, 1, no_progress());
}

}  // namespace calib::testing
