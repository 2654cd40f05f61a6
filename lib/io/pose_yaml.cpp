#include "io/pose_yaml.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/text.hpp"

namespace calib {
namespace {

// A power of two, so that multiples of it are exact. It is far larger than the rounding errors of
// reading a matrix (about 1e-15) and far smaller than the accuracy of any calibration (about 1e-6).
constexpr double kGrid = 0x1p-43;

constexpr double kFarthest_m = 1e6;

double on_grid(double value) { return std::round(value / kGrid) * kGrid; }

// Divides the quaternion by its largest component and rounds the three ratios. (The four components
// themselves cannot be rounded independently.) If two components are equally large, rounding makes
// their ratio exactly 1, so that it does not matter which of them is the divisor.
Eigen::Quaterniond snapped(const Eigen::Quaterniond& rotation) {
  Eigen::Vector4d q = rotation.coeffs();
  Eigen::Index largest = 0;
  q.cwiseAbs().maxCoeff(&largest);
  q = (q / q(largest)).unaryExpr(&on_grid).eval();
  // Of q and -q, which are the same rotation, takes the one whose first nonzero component of (w, x,
  // y, z) is positive.
  const Eigen::Vector4d from_w(q(3), q(0), q(1), q(2));
  for (int i = 0; i < 4; ++i) {
    if (from_w(i) == 0) continue;
    if (from_w(i) < 0) q = -q;
    break;
  }
  return Eigen::Quaterniond(q).normalized();
}

}  // namespace

Pose snapped(const Pose& pose) { return {snapped(pose.rotation), pose.translation}; }

Eigen::Matrix4d written_matrix(const Pose& snapped_pose) {
  Eigen::Matrix4d matrix = snapped_pose.matrix();
  matrix.topLeftCorner<3, 3>() = matrix.topLeftCorner<3, 3>().unaryExpr(
      [](double value) { return std::round(value * 1e15) / 1e15; });
  return matrix;
}

Eigen::Matrix4d written_inverse(const Eigen::Matrix4d& matrix) {
  Eigen::Matrix4d inverse = Eigen::Matrix4d::Identity();
  inverse.topLeftCorner<3, 3>() = matrix.topLeftCorner<3, 3>().transpose();
  inverse.topRightCorner<3, 1>() = -(inverse.topLeftCorner<3, 3>() * matrix.topRightCorner<3, 1>());
  return inverse;
}

Eigen::MatrixXd read_matrix(const YamlNode& node, int rows, int columns) {
  const std::vector<YamlNode> items = node.items();
  if (items.size() != static_cast<std::size_t>(rows)) {
    node.fail(fmt::format("found {} rows, expected a {}x{} matrix", items.size(), rows, columns));
  }
  Eigen::MatrixXd matrix(rows, columns);
  for (int i = 0; i < rows; ++i) {
    const std::vector<double> row =
        items[static_cast<std::size_t>(i)].numbers(static_cast<std::size_t>(columns));
    for (int j = 0; j < columns; ++j) matrix(i, j) = row[static_cast<std::size_t>(j)];
  }
  return matrix;
}

Eigen::Matrix4d read_rigid_matrix(const YamlNode& node) {
  // The precision that remains if another tool writes single precision.
  constexpr double kTolerance = 1e-6;
  const Eigen::Matrix4d matrix = read_matrix(node, 4, 4);
  const double error = rigidity_error(matrix);
  if (error > kTolerance) {
    node.fail(
        fmt::format("{} is not a rigid motion: it is off by {:.2g}, expected a rotation, a "
                    "translation and the last row [0, 0, 0, 1]",
                    node.what(), error));
  }
  const double far_m = matrix.topRightCorner<3, 1>().cwiseAbs().maxCoeff();
  if (far_m > kFarthest_m) {
    node.fail(fmt::format("{} shifts by {} meters, expected at most {}", node.what(),
                          to_text(far_m), to_text(kFarthest_m)));
  }
  return matrix;
}

Pose read_pose(const YamlNode& node) { return snapped(pose_from_matrix(read_rigid_matrix(node))); }

}  // namespace calib
