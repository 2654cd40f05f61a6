#pragma once
// The coordinate frame that all cameras of a rectified set share.

#include <Eigen/Core>
#include <cstddef>
#include <vector>

#include "scene/calibration.hpp"

namespace calib {

struct CommonFrame {
  struct Pair {
    std::size_t first = 0, second = 0;  ///< indices of cameras
    bool vertical = false;              ///< whether columns (true) or rows (false) align
  };
  std::vector<Eigen::Matrix3d> R_rect_cam;
  /// The coordinates of a point in each rectified camera minus those in the first rectified camera,
  /// meters: OpenCV's T.
  std::vector<Eigen::Vector3d> offset_m;
  std::vector<Pair> pairs;

  /// The component along the rows (columns) of the offset between the cameras of a pair: OpenCV's
  /// Tx or Ty.
  double along_m(const Pair& pair) const;
};

/// Needs two cameras or more, all with poses and with different centers. With more than two, the
/// pairs are those of adjacent_pairs().
CommonFrame common_frame(const std::vector<const Camera*>& cameras);

}  // namespace calib
