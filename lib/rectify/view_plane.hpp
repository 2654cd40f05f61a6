#pragma once
// The projections of rectified images: conversion between rays and coordinates on the image plane
// (before focal length and principal point).

#include <Eigen/Core>
#include <optional>

#include "base/named.hpp"

namespace calib {

/// In both projections, a plane through the baseline is a row (a column for a vertical pair).
enum class RectifiedProjection {
  kPinhole,  ///< (x/z, y/z)
  /// (latitude, longitude) in radians for lenses that are too wide for a plane, as in mrcal's
  /// LENSMODEL_LATLON: asin(x) is the angle from the plane perpendicular to the baseline, and
  /// atan2(y, z) the angle about the baseline. The ray has unit length.
  kLatlon
};
inline constexpr Named<RectifiedProjection> kProjections[] = {
    {"pinhole", RectifiedProjection::kPinhole}, {"latlon", RectifiedProjection::kLatlon}};

/// The largest angle between the axis and a ray that a pinhole image shows. Beyond it, the tangent
/// grows so fast that the center of a wide lens would shrink to a few pixels.
inline constexpr double kWidestRayDeg = 80;
/// The largest latitude and longitude that a latlon image shows. The latitude excludes the poles,
/// where all rows meet.
inline constexpr double kWidestLatitudeDeg = 80, kWidestLongitudeDeg = 150;

struct ViewPlane {
  RectifiedProjection projection = RectifiedProjection::kPinhole;
  bool vertical = false;  ///< whether the baseline, and with it the latitude, is along y

  /// The coordinates of a ray of any length. Returns nullopt for rays that the projection does not
  /// cover (behind a pinhole, and straight back for latlon).
  std::optional<Eigen::Vector2d> of_ray(const Eigen::Vector3d& ray) const;
  /// The same, but also returns nullopt for rays beyond the largest angles above.
  std::optional<Eigen::Vector2d> shown(const Eigen::Vector3d& ray) const;
  /// The ray of a point: z is 1 for the pinhole, the length is 1 for latlon. NaN for points beyond
  /// the poles or straight back.
  Eigen::Vector3d ray(const Eigen::Vector2d& point) const;
};

}  // namespace calib
