#pragma once
// What two posed cameras must agree on.

#include "geometry/pose.hpp"

namespace calib {

/// A frame both cameras can turn into in which a point has the same y/z in both (rows align): x
/// along the baseline from camera 1 to camera 2, z as near as possible to the mean of their optical
/// axes. The result takes camera-1 directions to it; for camera 2 multiply by T_2_1's inverse
/// rotation. The centers must not coincide.
Eigen::Matrix3d row_aligned_frame(const Pose& T_2_1);

}  // namespace calib
