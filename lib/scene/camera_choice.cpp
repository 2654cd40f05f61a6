#include "scene/camera_choice.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/errors.hpp"
#include "base/text.hpp"

namespace calib {

void require_different_cameras(const Calibration& calibration,
                               const std::vector<std::string>& names, const std::string& option) {
  for (const std::string& name : names) {
    require(find_camera(calibration, name) != nullptr,
            option + ": " + unknown_camera_text(calibration, name));
    require(std::count(names.begin(), names.end(), name) == 1,
            fmt::format("{}: found '{}', expected different cameras", option, join(names, ",")));
  }
}

const Camera& known_camera(const Calibration& calibration, const std::string& name) {
  const Camera* camera = find_camera(calibration, name);
  require(camera != nullptr, unknown_camera_text(calibration, name));
  return *camera;
}

const Intrinsics& known_lens(const Calibration& calibration, const std::string& name) {
  const Camera& camera = known_camera(calibration, name);
  require(camera.intrinsics.has_value(),
          name + ": has no lens in the calibration; solve it with `calib intrinsics`");
  return *camera.intrinsics;
}

}  // namespace calib
