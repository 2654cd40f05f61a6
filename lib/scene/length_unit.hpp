#pragma once
// Checks whether the lengths of an imported rig can be in meters.

#include <optional>

#include "scene/calibration.hpp"

namespace calib {

/// A finding if the nearest two cameras with different centers are nearer than 1 mm or further
/// apart than 20 m.
std::optional<Finding> unlikely_length_unit(const Calibration& calibration);

}  // namespace calib
