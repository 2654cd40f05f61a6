#pragma once
// How well rows and columns align in rectified pictures, measured on observed corners.

#include "rectify/rectified_set.hpp"
#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

/// Sets the errors of every pair of the set from the corners that both cameras saw and the
/// calibration did not reject. `observations` must have the corner numbers that
/// with_resolved_ambiguity() gives.
void measure_alignment(const Observations& observations, const Calibration& calibration,
                       RectifiedSet& set);

}  // namespace calib
