#pragma once
// A lens as pairs of pixels and rays all over its picture, for fitting another lens to it.

#include <vector>

#include "camera/intrinsics.hpp"

namespace calib {

struct LensSample {
  Eigen::Vector2d pixel;
  Eigen::Vector3d ray;  ///< unit, camera coordinates
};

/// A grid of `columns` x `rows` pixels from edge to edge, row by row; those without a ray are left
/// out.
std::vector<LensSample> sample_lens(const Intrinsics& lens, int columns, int rows);

}  // namespace calib
