#pragma once
// One pose from many that should agree, some of which may be wrong.

#include <span>

#include "geometry/pose.hpp"

namespace calib {

/// The L1 mean: rotations by the Weiszfeld iteration on SO(3) (Hartley, Aftoosi, Trumpf, "L1
/// rotation averaging using the Weiszfeld algorithm", CVPR 2011), translations by the geometric
/// median. Tolerates just under half outliers. Deterministic. `poses` must not be empty.
Pose robust_average(std::span<const Pose> poses);

}  // namespace calib
