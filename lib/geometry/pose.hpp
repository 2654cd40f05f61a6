#pragma once
// Rigid motions. T_a_b transforms coordinates in frame b to coordinates in frame a, so that equal
// neighboring letters cancel:
//   p_cam = T_cam_rig * T_rig_board * p_board
// Rotations are right-handed. Lengths are in meters, angles in radians.

#include <Eigen/Core>
#include <Eigen/Geometry>
#include <numbers>

namespace calib {

inline constexpr double kDegrees = 180 / std::numbers::pi;         ///< degrees per radian
inline constexpr double kMillidegrees = 180e3 / std::numbers::pi;  ///< millidegrees per radian

struct Pose {
  Eigen::Quaterniond rotation = Eigen::Quaterniond::Identity();
  Eigen::Vector3d translation = Eigen::Vector3d::Zero();

  Pose inverse() const {
    const Eigen::Quaterniond back = rotation.conjugate();
    return {back, -(back * translation)};
  }
  Pose operator*(const Pose& other) const {
    return {(rotation * other.rotation).normalized(), rotation * other.translation + translation};
  }
  Eigen::Vector3d operator*(const Eigen::Vector3d& point) const {
    return rotation * point + translation;
  }
  Eigen::Matrix4d matrix() const;
  bool operator==(const Pose& other) const {
    return rotation.coeffs() == other.rotation.coeffs() && translation == other.translation;
  }
};

/// The rotation by the angle |v| about the axis v (Rodrigues), and its inverse: the rotation vector
/// of a rotation, whose length is in [0, pi].
Eigen::Quaterniond exp_so3(const Eigen::Vector3d& rotation_vector);
Eigen::Vector3d log_so3(const Eigen::Quaterniond& rotation);

/// The skew-symmetric matrix [v]x: cross_matrix(a) * b is the cross product of a and b.
Eigen::Matrix3d cross_matrix(const Eigen::Vector3d& v);

/// The angle of the rotation a^-1 b, in [0, pi].
double angle_between(const Eigen::Quaterniond& a, const Eigen::Quaterniond& b);

/// The pose after a small motion (w, t): the rotation vector w about the axes of the frame that the
/// pose maps to, and the translation t. T_a_b becomes (exp(w) R, T.translation + t).
inline Pose retract(const Pose& pose, const Eigen::Matrix<double, 6, 1>& motion) {
  return {(exp_so3(motion.head<3>()) * pose.rotation).normalized(),
          pose.translation + motion.tail<3>()};
}

/// The pose whose rotation is nearest to the upper-left 3x3 block of the matrix (Frobenius norm).
Pose pose_from_matrix(const Eigen::Matrix4d& matrix);

/// How far the matrix is from a rigid motion: the largest absolute entry of R'R - I, of det R - 1,
/// and of the last row minus (0 0 0 1), where R is the upper-left 3x3 block. 0 for a pose.
double rigidity_error(const Eigen::Matrix4d& matrix);

}  // namespace calib
