#pragma once
// One pose from many that should agree, some of which may be wrong.

#include <cstddef>
#include <span>

#include "geometry/pose.hpp"

namespace calib {

/// The L1 mean: rotations by the Weiszfeld iteration on SO(3) (Hartley, Aftoosi, Trumpf, "L1
/// rotation averaging using the Weiszfeld algorithm", CVPR 2011), translations by the geometric
/// median. Starts from the most central of up to 100. Tolerates just under half outliers.
/// Deterministic. `poses` must not be empty.
Pose robust_average(std::span<const Pose> poses);

/// The index of the pose whose summed angle to the others is least, of an even choice of at most
/// `most`: one that no outlier is. `poses` must not be empty.
std::size_t most_central_rotation(std::span<const Pose> poses, std::size_t most);

}  // namespace calib
