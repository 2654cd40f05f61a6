#include "scene/calibration.hpp"

#include <algorithm>
#include <utility>

namespace calib {

const Camera* find_camera(const Calibration& calibration, const std::string& name) {
  const auto found = std::find_if(calibration.cameras.begin(), calibration.cameras.end(),
                                  [&](const Camera& camera) { return camera.name == name; });
  return found == calibration.cameras.end() ? nullptr : &*found;
}

Camera* find_camera(Calibration& calibration, const std::string& name) {
  return const_cast<Camera*>(find_camera(std::as_const(calibration), name));
}

}  // namespace calib
