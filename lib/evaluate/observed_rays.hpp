#pragma once
// The observed corners as rays of their cameras, computed once for all metrics that need rays.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

struct RayCorner {
  int id = 0;
  Eigen::Vector3d ray;    ///< unit, camera coordinates
  bool rejected = false;  ///< by itself or with its view
};

struct RayView : ViewRef {
  bool rejected = false;           ///< as a whole
  std::vector<RayCorner> corners;  ///< without the corners that have no ray
};

struct RayCamera {
  std::string name;
  double focal_px = 0;  ///< on the optical axis, pixels per radian; 0: no intrinsics
  std::optional<Pose> T_cam_rig;
};

/// The observations through the lenses of a calibration. The cameras are those of the Observations;
/// cameras without intrinsics have no views.
struct Rays {
  Board board;
  std::vector<RayCamera> cameras;
  std::vector<std::map<std::int64_t, RayView>> views;  ///< by camera, then frame
};
/// Uses at most `jobs` threads (0: all cores).
Rays observed_rays(const Observations& observations, const Calibration& calibration, int jobs);

/// The indices of the cameras that have a pose.
std::vector<std::size_t> posed_cameras(const Rays& rays);

/// The error of a predicted direction (of any length) relative to an observed unit ray, converted
/// to pixels: the focal length times the component of the unit predicted direction across the ray.
inline Eigen::Vector3d ray_error_px(const Eigen::Vector3d& predicted, const Eigen::Vector3d& ray,
                                    double focal_px) {
  const Eigen::Vector3d unit = predicted.normalized();
  return focal_px * (unit - unit.dot(ray) * ray);
}

}  // namespace calib
