#pragma once
// Samples a lens: pairs of pixels and rays over the whole image, to fit another lens to it.

#include <vector>

#include "camera/intrinsics.hpp"

namespace calib {

struct LensSample {
  Eigen::Vector2d pixel;
  Eigen::Vector3d ray;  ///< unit, camera coordinates
};

/// A grid of `columns` x `rows` pixels from border to border, row by row, without the pixels that
/// have no ray.
std::vector<LensSample> sample_lens(const Intrinsics& lens, int columns, int rows);

}  // namespace calib
