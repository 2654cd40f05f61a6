#include "geometry/pose.hpp"

#include <Eigen/LU>
#include <algorithm>
#include <cmath>

#include "geometry/small_systems.hpp"

namespace calib {

Eigen::Matrix4d Pose::matrix() const {
  Eigen::Matrix4d result = Eigen::Matrix4d::Identity();
  result.topLeftCorner<3, 3>() = rotation.toRotationMatrix();
  result.topRightCorner<3, 1>() = translation;
  return result;
}

Eigen::Quaterniond exp_so3(const Eigen::Vector3d& v) {
  const double angle = v.norm();
  // sin(angle/2)/angle, by its Taylor series near 0, where the quotient would lose precision.
  const double scale = angle < 1e-6 ? 0.5 - angle * angle / 48 : std::sin(angle / 2) / angle;
  return Eigen::Quaterniond(std::cos(angle / 2), scale * v.x(), scale * v.y(), scale * v.z())
      .normalized();
}

Eigen::Vector3d log_so3(const Eigen::Quaterniond& rotation) {
  const double sign = rotation.w() < 0 ? -1 : 1;
  const Eigen::Vector3d axis = sign * rotation.vec();
  const double sine = axis.norm();
  if (sine < 1e-9) return 2 * axis;
  return axis * (2 * std::atan2(sine, sign * rotation.w()) / sine);
}

Eigen::Matrix3d cross_matrix(const Eigen::Vector3d& v) {
  Eigen::Matrix3d m;
  m << 0, -v.z(), v.y(), v.z(), 0, -v.x(), -v.y(), v.x(), 0;
  return m;
}

double angle_between(const Eigen::Quaterniond& a, const Eigen::Quaterniond& b) {
  return log_so3(a.conjugate() * b).norm();
}

Pose pose_from_matrix(const Eigen::Matrix4d& matrix) {
  const Eigen::Matrix3d rotation = nearest_rotation(matrix.topLeftCorner<3, 3>());
  return {Eigen::Quaterniond(rotation).normalized(), matrix.topRightCorner<3, 1>()};
}

double rigidity_error(const Eigen::Matrix4d& matrix) {
  const Eigen::Matrix3d r = matrix.topLeftCorner<3, 3>();
  const double orthonormal =
      (r.transpose() * r - Eigen::Matrix3d::Identity()).cwiseAbs().maxCoeff();
  const double last_row = (matrix.row(3) - Eigen::RowVector4d(0, 0, 0, 1)).cwiseAbs().maxCoeff();
  return std::max({orthonormal, std::abs(r.determinant() - 1), last_row});
}

}  // namespace calib
