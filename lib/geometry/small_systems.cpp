#include "geometry/small_systems.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <Eigen/SVD>
#include <cmath>

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
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(normal);
  if (solver.info() != Eigen::Success ||
      solver.eigenvalues()[1] < tolerance * solver.eigenvalues()[8])
    return std::nullopt;
  return solver.eigenvectors().col(0);
}

Eigen::Quaterniond turn_between(const Eigen::Vector3d& from, const Eigen::Vector3d& to) {
  const Eigen::Vector3d start = from.normalized();
  const Eigen::Vector3d end = to.normalized();
  const double cosine = end.dot(start);
  if (cosine < -1 + 1e-12) {
    const Eigen::Vector3d axis = start.unitOrthogonal();
    return {0, axis.x(), axis.y(), axis.z()};
  }
  // The quaternion is (cos(angle / 2), axis * sin(angle / 2)); s is 2 * cos(angle / 2).
  const double s = std::sqrt((1 + cosine) * 2);
  const Eigen::Vector3d vector = start.cross(end) * (1 / s);
  return {s * 0.5, vector.x(), vector.y(), vector.z()};
}

Eigen::Matrix3d nearest_rotation(const Eigen::Matrix3d& matrix) {
  const Eigen::JacobiSVD<Eigen::Matrix3d> svd(matrix, Eigen::ComputeFullU | Eigen::ComputeFullV);
  Eigen::Matrix3d u = svd.matrixU();
  if ((u * svd.matrixV().transpose()).determinant() < 0) u.col(2) *= -1;
  return u * svd.matrixV().transpose();
}

}  // namespace calib
