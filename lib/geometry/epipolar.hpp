#pragma once
// The geometry of a pair of cameras whose relative pose is known.

#include "geometry/pose.hpp"

namespace calib {

/// The common orientation to which both cameras are rotated in rectification, so that a point has
/// the same y/z in both (its rows align). The x axis points along the baseline from camera 1 to
/// camera 2; the z axis is the direction perpendicular to it that is nearest to the mean of the
/// optical axes. Returns the rotation from camera 1 to this frame; the one from camera 2 is its
/// product with the inverse rotation of T_2_1. The centers of the cameras must differ.
Eigen::Matrix3d row_aligned_frame(const Pose& T_2_1);

}  // namespace calib
