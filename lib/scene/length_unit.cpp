#include "scene/length_unit.hpp"

namespace calib {
namespace {

// The two cameras with the smallest distance above 0 between their centers, and this distance.
struct NearestCameras {
  std::vector<std::string> names;
  double distance_m = 0;
};

NearestCameras nearest_cameras(const std::vector<Camera>& cameras) {
  NearestCameras nearest;
  for (std::size_t i = 0; i < cameras.size(); ++i) {
    for (std::size_t j = i + 1; j < cameras.size(); ++j) {
      if (!cameras[i].T_cam_rig || !cameras[j].T_cam_rig) continue;
      const double distance =
          (*cameras[i].T_cam_rig * cameras[j].T_cam_rig->inverse()).translation.norm();
      if (distance > 0 && (nearest.names.empty() || distance < nearest.distance_m))
        nearest = {{cameras[i].name, cameras[j].name}, distance};
    }
  }
  return nearest;
}

}  // namespace

std::optional<Finding> unlikely_length_unit(const Calibration& calibration) {
  constexpr double kLeast_m = 1e-3, kMost_m = 20;
  const NearestCameras nearest = nearest_cameras(calibration.cameras);
  if (nearest.names.empty() || (nearest.distance_m >= kLeast_m && nearest.distance_m <= kMost_m))
    return std::nullopt;
  return Finding{.code = FindingCode::kLengthUnitUnlikely,
                 .severity = Severity::kWarning,
                 .cameras = nearest.names,
                 .numbers = {{"distance_m", nearest.distance_m}}};
}

}  // namespace calib
