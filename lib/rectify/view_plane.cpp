#include "rectify/view_plane.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace calib {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kDegree = kPi / 180;

// The functions below are for a baseline along x; for one along y, x and y are swapped.
Eigen::Vector3d swapped(const Eigen::Vector3d& v) { return {v.y(), v.x(), v.z()}; }
Eigen::Vector2d swapped(const Eigen::Vector2d& v) { return {v.y(), v.x()}; }

Eigen::Vector2d latlon(const Eigen::Vector3d& ray) {
  return {std::asin(std::clamp(ray.x() / ray.norm(), -1.0, 1.0)), std::atan2(ray.y(), ray.z())};
}

Eigen::Vector3d latlon_ray(const Eigen::Vector2d& point) {
  if (!(std::abs(point.x()) < kPi / 2 && std::abs(point.y()) < kPi))
    return Eigen::Vector3d::Constant(std::numeric_limits<double>::quiet_NaN());
  const double across = std::cos(point.x());
  return {std::sin(point.x()), across * std::sin(point.y()), across * std::cos(point.y())};
}

}  // namespace

std::optional<Eigen::Vector2d> ViewPlane::of_ray(const Eigen::Vector3d& ray) const {
  if (projection == RectifiedProjection::kPinhole) {
    if (!(ray.z() > 0)) return std::nullopt;
    return Eigen::Vector2d(ray.head<2>() / ray.z());
  }
  const Eigen::Vector2d point = vertical ? swapped(latlon(swapped(ray))) : latlon(ray);
  if (!this->ray(point).allFinite()) return std::nullopt;
  return point;
}

std::optional<Eigen::Vector2d> ViewPlane::shown(const Eigen::Vector3d& ray) const {
  const std::optional<Eigen::Vector2d> point = of_ray(ray);
  if (!point) return std::nullopt;
  if (projection == RectifiedProjection::kPinhole) {
    static const double lowest_z = std::cos(kWidestRayDeg * kDegree);
    return ray.z() < lowest_z * ray.norm() ? std::nullopt : point;
  }
  const double latitude = vertical ? point->y() : point->x();
  const double longitude = vertical ? point->x() : point->y();
  const bool within = std::abs(latitude) <= kWidestLatitudeDeg * kDegree &&
                      std::abs(longitude) <= kWidestLongitudeDeg * kDegree;
  return within ? point : std::nullopt;
}

Eigen::Vector3d ViewPlane::ray(const Eigen::Vector2d& point) const {
  if (projection == RectifiedProjection::kPinhole) return {point.x(), point.y(), 1};
  return vertical ? swapped(latlon_ray(swapped(point))) : latlon_ray(point);
}

}  // namespace calib
