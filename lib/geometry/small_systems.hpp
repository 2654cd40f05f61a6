#pragma once
// Decompositions of small matrices. They are in one file because each of them takes seconds to
// compile.

#include <Eigen/Core>
#include <Eigen/Geometry>
#include <optional>

namespace calib {

/// Solves the normal equations normal * x = right of a least-squares problem by LDLT. If `normal`
/// is singular, the result is not finite or meaningless.
Eigen::Vector3d solve_normal(const Eigen::Matrix3d& normal, const Eigen::Vector3d& right);
Eigen::Matrix<double, 6, 1> solve_normal(const Eigen::Matrix<double, 6, 6>& normal,
                                         const Eigen::Matrix<double, 6, 1>& right);

/// The unit vector x that minimizes x' normal x: the solution of the direct linear transform (DLT).
/// Returns nullopt if the null space is not one-dimensional: if the second-smallest eigenvalue is
/// less than `tolerance` times the largest.
std::optional<Eigen::Matrix<double, 9, 1>> null_direction(const Eigen::Matrix<double, 9, 9>& normal,
                                                          double tolerance);

/// The smallest rotation that turns the direction of `from` to that of `to`.
Eigen::Quaterniond turn_between(const Eigen::Vector3d& from, const Eigen::Vector3d& to);

/// The rotation nearest to the matrix (Frobenius norm).
Eigen::Matrix3d nearest_rotation(const Eigen::Matrix3d& matrix);

}  // namespace calib
