#pragma once
// Decompositions of small matrices. They stand here once, since each takes seconds to compile.

#include <Eigen/Core>
#include <Eigen/Geometry>
#include <optional>

namespace calib {

/// x with normal x = right, by LDLT, for the normal equations of a least-squares problem. Not
/// finite, or far off, where `normal` is singular.
Eigen::Vector3d solve_normal(const Eigen::Matrix3d& normal, const Eigen::Vector3d& right);
Eigen::Matrix<double, 6, 1> solve_normal(const Eigen::Matrix<double, 6, 6>& normal,
                                         const Eigen::Matrix<double, 6, 1>& right);

/// The unit vector x with the least x' normal x: the direct linear transform's solution. Nothing
/// when a second direction is as free: its eigenvalue is below `free` times the largest.
std::optional<Eigen::Matrix<double, 9, 1>> null_direction(const Eigen::Matrix<double, 9, 9>& normal,
                                                          double free);

/// The smallest rotation that takes the direction of `from` to that of `to`.
Eigen::Quaterniond turn_between(const Eigen::Vector3d& from, const Eigen::Vector3d& to);

/// The rotation nearest to the matrix (Frobenius norm).
Eigen::Matrix3d nearest_rotation(const Eigen::Matrix3d& matrix);

}  // namespace calib
