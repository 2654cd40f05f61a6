#pragma once
// The pose of one camera from points whose positions are known, and from the rays on which it sees
// them: P3P on many triples of points (Gao and others, "Complete solution classification for the
// perspective-three-point problem", PAMI 2003), of which the best pose is kept.

#include <Eigen/Core>
#include <optional>
#include <vector>

#include "geometry/pose.hpp"

namespace calib {

/// A point in the world, and the unit ray of its pixel in the frame of the camera.
struct PointOnRay {
  Eigen::Vector3d in_world;  ///< meters
  Eigen::Vector3d ray;
};

/// The angle between the ray and the point as the pose T_cam_world sees it, radians.
double ray_angle(const PointOnRay& point, const Pose& T_cam_world);

/// A point that is further from its ray than this angle (radians) is an outlier: its name or its
/// position is wrong.
inline constexpr double kGrossAngle_rad = 0.02;

/// T_cam_world with the smallest sum of squared ray angles, in which angles beyond kGrossAngle_rad
/// count as that much. Wrong points therefore do not matter as long as most are right. It is a
/// start for a refinement. Returns nullopt for fewer than four points, and if no triple has a pose.
std::optional<Pose> pose_from_points(const std::vector<PointOnRay>& points);

}  // namespace calib
