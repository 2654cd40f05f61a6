#pragma once
// The common frame of cameras that are rectified together.

#include <Eigen/Core>
#include <cstddef>
#include <vector>

#include "scene/calibration.hpp"

namespace calib {

struct SetShape {
  struct Pair {
    std::size_t first = 0, second = 0;  ///< indices of cameras
    bool vertical = false;
  };
  std::vector<Eigen::Matrix3d> R_rect_cam;
  /// Rectified coordinates of each camera minus those of the first, for one point: OpenCV's T.
  std::vector<Eigen::Vector3d> offset_m;
  std::vector<Pair> pairs;

  /// How far the second camera of a pair is off the first one's row (column): OpenCV's Tx or Ty.
  double along_m(const Pair& pair) const;
};

/// Two cameras or more, all with poses, no two of them at the same place. Pairs are the only one,
/// or the neighbors by adjacent_pairs().
SetShape set_shape(const std::vector<const Camera*>& cameras);

}  // namespace calib
