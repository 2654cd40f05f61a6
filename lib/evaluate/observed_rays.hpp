#pragma once
// Every observed corner as a ray of its camera, found once for all metrics that need rays.

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
  std::vector<RayCorner> corners;  ///< those that the lens can have seen
};

struct RayCamera {
  std::string name;
  double focal_px = 0;  ///< pixels a radian in the middle of the picture; 0: no intrinsics
  std::optional<Pose> T_cam_rig;
};

/// The observations through the lenses of a calibration. Cameras as in Observations; cameras
/// without intrinsics have no views here. On at most `jobs` threads (0: all cores).
struct Rays {
  Board board;
  std::vector<RayCamera> cameras;
  std::vector<std::map<std::int64_t, RayView>> views;  ///< by camera, then frame
};
Rays observed_rays(const Observations& observations, const Calibration& calibration, int jobs);

/// The indices of the cameras that have a pose.
std::vector<std::size_t> posed_cameras(const Rays& rays);

/// How far a predicted direction (any length) is from an observed ray, as pixels of a camera with
/// this focal length: the sine of the angle between them, as a vector across the ray.
inline Eigen::Vector3d ray_error_px(const Eigen::Vector3d& predicted, const Eigen::Vector3d& ray,
                                    double focal_px) {
  const Eigen::Vector3d unit = predicted.normalized();
  return focal_px * (unit - unit.dot(ray) * ray);
}

}  // namespace calib
