#pragma once
// Checks that observations and a calibration are of the same cameras, and selects the observations
// of some cameras.

#include <string>
#include <vector>

#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

/// Throws Error, which lists the names of both, if no camera of the observations is in the
/// calibration.
void require_common_name(const Observations& observations, const Calibration& calibration);

/// Throws Error unless the calibration has every observed camera with the same image size and crop,
/// and the intrinsics of at least one of them.
void require_fitting(const Observations& observations, const Calibration& calibration);

/// The observations of the named cameras, in the order of the names. Throws Error for an unknown
/// name.
Observations select_cameras(const Observations& observations,
                            const std::vector<std::string>& names);

}  // namespace calib
