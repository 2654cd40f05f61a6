#include "solve/ray_homography.hpp"

#include "geometry/small_systems.hpp"

namespace calib {
namespace {

// The translation and scale of plane coordinates with which the direct linear transform is well
// conditioned.
struct PlaneScaling {
  Eigen::Vector2d middle = Eigen::Vector2d::Zero();
  double size = 0;

  Eigen::Vector3d scaled(const Eigen::Vector2d& point) const {
    return Eigen::Vector2d((point - middle) / size).homogeneous();
  }
};

PlaneScaling scaling_of(std::span<const PlaneRay> points) {
  PlaneScaling scaling;
  const double count = static_cast<double>(points.size());
  for (const PlaneRay& each : points) scaling.middle += each.point / count;
  for (const PlaneRay& each : points) scaling.size += (each.point - scaling.middle).norm() / count;
  return scaling;
}

// The homography from scaled plane coordinates to the rays, which it meets from the front.
std::optional<Eigen::Matrix3d> ray_homography(std::span<const PlaneRay> points,
                                              const PlaneScaling& scaling) {
  Eigen::Matrix<double, 9, 9> normal = Eigen::Matrix<double, 9, 9>::Zero();
  for (const PlaneRay& each : points) {
    const Eigen::Vector3d plane = scaling.scaled(each.point);
    const Eigen::Matrix3d across = Eigen::Matrix3d::Identity() - each.ray * each.ray.transpose();
    for (int i = 0; i < 3; ++i) {
      for (int j = 0; j < 3; ++j) normal.block<3, 3>(3 * i, 3 * j) += plane[i] * plane[j] * across;
    }
  }
  const auto h = null_direction(normal, 1e-9);
  if (!h) return std::nullopt;
  Eigen::Matrix3d H;
  for (int i = 0; i < 3; ++i) H.col(i) = h->segment<3>(3 * i);
  double forward = 0;
  for (const PlaneRay& each : points) forward += each.ray.dot(H * scaling.scaled(each.point));
  return forward < 0 ? Eigen::Matrix3d(-H) : H;
}

}  // namespace

std::optional<Pose> plane_pose_from_rays(std::span<const PlaneRay> points) {
  if (points.size() < 4) return std::nullopt;
  const PlaneScaling scaling = scaling_of(points);
  auto H = ray_homography(points, scaling);
  if (!H) return std::nullopt;
  H->leftCols<2>() /= scaling.size;
  *H /= (H->col(0).norm() + H->col(1).norm()) / 2;
  Eigen::Matrix3d axes;
  axes << H->col(0), H->col(1), H->col(0).cross(H->col(1));
  const Eigen::Matrix3d R = nearest_rotation(axes);
  return Pose{Eigen::Quaterniond(R), H->col(2) - R.leftCols<2>() * scaling.middle};
}

}  // namespace calib
