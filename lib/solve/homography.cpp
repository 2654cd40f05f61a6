#include "solve/homography.hpp"

#include <Eigen/LU>
#include <cmath>
#include <vector>

#include "geometry/small_systems.hpp"

namespace calib {
namespace {

// The similarity that moves the centroid to the origin and scales the mean distance from it to
// sqrt(2).
Eigen::Matrix3d normalization(const std::vector<Eigen::Vector2d>& points) {
  Eigen::Vector2d mean = Eigen::Vector2d::Zero();
  for (const auto& point : points) mean += point / static_cast<double>(points.size());
  double distance = 0;
  for (const auto& point : points)
    distance += (point - mean).norm() / static_cast<double>(points.size());
  const double scale = distance > 0 ? std::sqrt(2.0) / distance : 1;
  Eigen::Matrix3d matrix;
  matrix << scale, 0, -scale * mean.x(), 0, scale, -scale * mean.y(), 0, 0, 1;
  return matrix;
}

}  // namespace

std::optional<Eigen::Matrix3d> board_homography(const Board& board,
                                                std::span<const Corner> corners) {
  if (corners.size() < 4) return std::nullopt;
  std::vector<Eigen::Vector2d> plane, pixels;
  for (const Corner& corner : corners) {
    plane.push_back(corner_position(board, corner.id).head<2>());
    pixels.emplace_back(corner.x, corner.y);
  }
  const Eigen::Matrix3d from_plane = normalization(plane), from_pixels = normalization(pixels);
  Eigen::MatrixXd equations(2 * corners.size(), 9);
  for (std::size_t i = 0; i < corners.size(); ++i) {
    const Eigen::RowVector3d p = (from_plane * plane[i].homogeneous()).transpose();
    const Eigen::Vector2d q = (from_pixels * pixels[i].homogeneous()).head<2>();
    equations.row(2 * i) << p, Eigen::RowVector3d::Zero(), -q.x() * p;
    equations.row(2 * i + 1) << Eigen::RowVector3d::Zero(), p, -q.y() * p;
  }
  // For corners on one line the null space has more than one dimension.
  const auto h = null_direction(equations.transpose() * equations, 1e-10);
  if (!h) return std::nullopt;
  const Eigen::Matrix3d normalized =
      Eigen::Map<const Eigen::Matrix<double, 3, 3, Eigen::RowMajor>>(h->data());
  const Eigen::Matrix3d homography = from_pixels.inverse() * normalized * from_plane;
  if (!homography.allFinite() || homography.norm() == 0) return std::nullopt;
  return homography / homography.norm();
}

}  // namespace calib
