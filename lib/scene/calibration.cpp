#include "scene/calibration.hpp"

#include <utility>

#include "base/named.hpp"
#include "base/text.hpp"

namespace calib {

const Camera* find_camera(const Calibration& calibration, const std::string& name) {
  return find_named(calibration.cameras, name);
}

Camera* find_camera(Calibration& calibration, const std::string& name) {
  return const_cast<Camera*>(find_camera(std::as_const(calibration), name));
}

std::string unknown_camera_text(const Calibration& calibration, const std::string& name) {
  return "there is no camera '" + name + "' in the calibration, " +
         expected_one_of(name, names_of(calibration.cameras));
}

}  // namespace calib
