#pragma once
// Finds and checks the cameras that the user has named.

#include <string>
#include <vector>

#include "scene/calibration.hpp"

namespace calib {

/// Names of cameras, and where they are known from: "recording", "calibration".
struct KnownCameras {
  std::string place;
  std::vector<std::string> names;
};

/// Throws Error "OPTION: ..." unless `names` are those of different known cameras.
void require_different_cameras(const KnownCameras& known, const std::vector<std::string>& names,
                               const std::string& option);

/// Throws Error "OPTION: ..." unless the names are those of different cameras of the calibration.
void require_different_cameras(const Calibration& calibration,
                               const std::vector<std::string>& names, const std::string& option);

/// The camera of this name. Throws Error if there is none.
const Camera& known_camera(const Calibration& calibration, const std::string& name);

/// The lens of the camera of this name. Throws Error if there is none.
const Intrinsics& known_lens(const Calibration& calibration, const std::string& name);

}  // namespace calib
