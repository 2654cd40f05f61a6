#pragma once
// The two rectified projections: how rays become coordinates of a rectified picture before scale
// and center, and back.

#include <Eigen/Core>
#include <optional>

#include "base/named.hpp"

namespace calib {

/// In both, planes through the baseline become rows (columns, for a vertical pair).
enum class RectifiedProjection {
  kPinhole,  ///< (x/z, y/z)
  /// (latitude, longitude): asin(x) from the plane across the baseline and atan2(y, z) about it; as
  /// mrcal's LENSMODEL_LATLON. For lenses too wide for a plane.
  kLatlon
};
inline constexpr Named<RectifiedProjection> kProjections[] = {
    {"pinhole", RectifiedProjection::kPinhole}, {"latlon", RectifiedProjection::kLatlon}};

/// Rays further from the turned camera's axis than this are not shown by a pinhole: tan grows so
/// fast there that a wide lens would shrink its own center to a few pixels.
inline constexpr double kWidestRayDeg = 80;
/// What latlon shows: latitudes from the plane across the baseline, whose poles no row crosses, and
/// longitudes.
inline constexpr double kWidestLatitudeDeg = 80, kWidestLongitudeDeg = 150;

struct ViewPlane {
  RectifiedProjection projection = RectifiedProjection::kPinhole;
  bool vertical = false;  ///< the baseline runs along y; latlon's latitude then does too

  /// The coordinates of a ray of any length; nothing where the projection has none (behind a
  /// pinhole, straight back for latlon).
  std::optional<Eigen::Vector2d> of_ray(const Eigen::Vector3d& ray) const;
  /// The same within the widest rays that a rectified picture shows.
  std::optional<Eigen::Vector2d> shown(const Eigen::Vector3d& ray) const;
  /// A ray (of any length for the pinhole, unit for latlon); NaN for coordinates beyond the poles
  /// or straight back.
  Eigen::Vector3d ray(const Eigen::Vector2d& point) const;
};

}  // namespace calib
