#include "scene/camera_choice.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/errors.hpp"
#include "base/text.hpp"

namespace calib {

void require_different_cameras(const KnownCameras& known, const std::vector<std::string>& names,
                               const std::string& option) {
  for (const std::string& name : names) {
    require(std::find(known.names.begin(), known.names.end(), name) != known.names.end(),
            fmt::format("{}: there is no camera '{}' in the {}, {}", option, name, known.place,
                        expected_one_of(name, known.names)));
    require(std::count(names.begin(), names.end(), name) == 1,
            fmt::format("{}: found '{}', expected different cameras", option, join(names, ",")));
  }
}

void require_different_cameras(const Calibration& calibration,
                               const std::vector<std::string>& names, const std::string& option) {
  require_different_cameras({"calibration", names_of(calibration.cameras)}, names, option);
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
