#include "scene/calibration.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace calib {

const Camera* find_camera(const Calibration& calibration, const std::string& name) {
  const auto found = std::find_if(calibration.cameras.begin(), calibration.cameras.end(),
                                  [&](const Camera& camera) { return camera.name == name; });
  return found == calibration.cameras.end() ? nullptr : &*found;
}

Camera* find_camera(Calibration& calibration, const std::string& name) {
  return const_cast<Camera*>(find_camera(std::as_const(calibration), name));
}

std::string unknown_camera_text(const Calibration& calibration, const std::string& name) {
  std::vector<std::string> names;
  for (const Camera& camera : calibration.cameras) names.push_back(camera.name);
  return "there is no camera '" + name + "' in the calibration, expected one of " +
         join(names, ", ") + did_you_mean(name, names);
}

}  // namespace calib
