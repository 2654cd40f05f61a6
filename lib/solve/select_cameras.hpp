#pragma once
// Which cameras of the observations belong to a calibration, and the observations of some of them.

#include <string>
#include <vector>

#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

/// Throws Error unless every observed camera is in `calibration` with the same image size and crop,
/// and at least one has intrinsics.
void require_fitting(const Observations& observations, const Calibration& calibration);

/// The observations of some cameras only, in the order given. Throws Error for an unknown name.
Observations select_cameras(const Observations& observations,
                            const std::vector<std::string>& names);

}  // namespace calib
