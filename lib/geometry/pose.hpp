#pragma once
// A rigid motion. T_a_b takes coordinates in b to coordinates in a, so that neighbors cancel:
//   p_cam = T_cam_rig * T_rig_board * p_board
// Rotations are right-handed, lengths meters, angles radians.

#include <Eigen/Core>
#include <Eigen/Geometry>
#include <numbers>

namespace calib {

inline constexpr double kMillidegrees = 180e3 / std::numbers::pi;  ///< in a radian

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

/// The rotation by |v| about v (Rodrigues), and back; the result of log has length in [0, pi].
Eigen::Quaterniond exp_so3(const Eigen::Vector3d& rotation_vector);
Eigen::Vector3d log_so3(const Eigen::Quaterniond& rotation);

/// [v]x: cross_matrix(a) * b is a x b.
Eigen::Matrix3d cross_matrix(const Eigen::Vector3d& v);

/// The angle of a^-1 b, in [0, pi].
double angle_between(const Eigen::Quaterniond& a, const Eigen::Quaterniond& b);

/// The pose whose rotation is nearest to the matrix's upper-left 3x3 (Frobenius), exact for a
/// rotation.
Pose pose_from_matrix(const Eigen::Matrix4d& matrix);

/// How far the upper-left 3x3 is from a rotation and the last row from (0 0 0 1): the largest entry
/// of R'R - I, of det R - 1, and of the last row's error. 0 for a pose.
double rigidity_error(const Eigen::Matrix4d& matrix);

}  // namespace calib
