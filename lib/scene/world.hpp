#pragma once
// Poses of the rig and of its cameras in the world. Without a world the rig's frame stands for it.

#include <optional>

#include "scene/calibration.hpp"

namespace calib {

inline Pose T_rig_world(const Calibration& calibration) {
  return calibration.world ? calibration.world->T_world_rig.inverse() : Pose{};
}

/// nullopt if the camera has no pose.
inline std::optional<Pose> T_cam_world(const Calibration& calibration, const Camera& camera) {
  if (!camera.T_cam_rig) return std::nullopt;
  if (!calibration.world) return camera.T_cam_rig;  // to the last bit
  return *camera.T_cam_rig * T_rig_world(calibration);
}

}  // namespace calib
