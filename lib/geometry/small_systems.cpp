#include "geometry/small_systems.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <Eigen/SVD>

namespace calib {

Eigen::Vector3d solve_normal(const Eigen::Matrix3d& normal, const Eigen::Vector3d& right) {
  return normal.ldlt().solve(right);
}

Eigen::Matrix<double, 6, 1> solve_normal(const Eigen::Matrix<double, 6, 6>& normal,
                                         const Eigen::Matrix<double, 6, 1>& right) {
  return normal.ldlt().solve(right);
}

std::optional<Eigen::Matrix<double, 9, 1>> null_direction(const Eigen::Matrix<double, 9, 9>& normal,
                                                          double tolerance) {
  const Eigen::SelfAdjointEigenSolver<Eigen::Matrix<double, 9, 9>> solver(normal);
  if (solver.info() != Eigen::Success ||
      solver.eigenvalues()[1] < tolerance * solver.eigenvalues()[8])
    return std::nullopt;
  return solver.eigenvectors().col(0);
}

Eigen::Quaterniond turn_between(const Eigen::Vector3d& from, const Eigen::Vector3d& to) {
  return Eigen::Quaterniond::FromTwoVectors(from, to);
}

Eigen::Matrix3d nearest_rotation(const Eigen::Matrix3d& matrix) {
  const Eigen::JacobiSVD<Eigen::Matrix3d> svd(matrix, Eigen::ComputeFullU | Eigen::ComputeFullV);
  Eigen::Matrix3d u = svd.matrixU();
  if ((u * svd.matrixV().transpose()).determinant() < 0) u.col(2) *= -1;
  return u * svd.matrixV().transpose();
}

}  // namespace calib
