#pragma once
// Robust averages of poses, some of which may be outliers.

#include <cstddef>
#include <span>

#include "geometry/pose.hpp"

namespace calib {

/// The L1 mean: rotations by the Weiszfeld iteration on SO(3) (Hartley, Aftoosi, Trumpf, "L1
/// rotation averaging using the Weiszfeld algorithm", CVPR 2011), translations by the geometric
/// median. Starts from the medoid of at most 100 of the poses. Tolerates slightly less than half
/// outliers. Deterministic. `poses` must not be empty.
Pose robust_average(std::span<const Pose> poses);

/// The medoid of the rotations: the index of the pose with the smallest sum of angles to the
/// others, computed on an even subsample of at most `most` poses. If more than half of the poses
/// are inliers, it is one of them. `poses` must not be empty.
std::size_t most_central_rotation(std::span<const Pose> poses, std::size_t most);

}  // namespace calib
