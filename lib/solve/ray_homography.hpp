#pragma once
// The pose of a plane from viewing rays. Unlike the homography to pixels (solve/homography.hpp) it
// needs the lens, and holds for every lens: rays also express directions beyond 90 degrees from the
// optical axis, or from each other, which no perspective image can show.

#include <Eigen/Core>
#include <optional>
#include <span>

#include "geometry/pose.hpp"

namespace calib {

/// A point with z = 0 and the unit ray with which the camera sees it.
struct PlaneRay {
  Eigen::Vector2d point;  ///< plane coordinates, meters
  Eigen::Vector3d ray;    ///< camera coordinates
};

/// T_cam_plane by the direct linear transform of the homography H from the plane to the rays,
/// ray x H (x, y, 1) = 0. Returns nullopt for fewer than four points and for points on one line.
std::optional<Pose> plane_pose_from_rays(std::span<const PlaneRay> points);

}  // namespace calib
