#include "geometry/epipolar.hpp"

namespace calib {

Eigen::Matrix3d row_aligned_frame(const Pose& T_2_1) {
  const Pose T_1_2 = T_2_1.inverse();
  const Eigen::Vector3d x = T_1_2.translation.normalized();
  const Eigen::Vector3d forward =
      Eigen::Vector3d::UnitZ() + T_1_2.rotation * Eigen::Vector3d::UnitZ();
  const Eigen::Vector3d z = (forward - x * x.dot(forward)).normalized();
  Eigen::Matrix3d frame;
  frame << x.transpose(), z.cross(x).transpose(), z.transpose();
  return frame;
}

}  // namespace calib
