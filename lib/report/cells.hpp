#pragma once
// How single figures are found and written in the tables, of text and of HTML.

#include <optional>
#include <string>

#include "evaluate/verdict.hpp"

namespace calib {

/// The centre of a camera in the rig; of the reference camera 0, never -0.
Eigen::Vector3d camera_centre(const Pose& T_cam_rig);

/// The coverage of the camera of that name, or nullptr.
const CameraCoverage* find_coverage(const Evaluation& evaluation, const std::string& name);

/// The RMS error of the camera's corners: as measured, or where none could be, as its solve left
/// it.
std::optional<double> reprojection_rms(const Camera& camera, const Evaluation& evaluation);

/// "+0.12 ±0.03" percent, or "-" where too few frames tell.
std::string scale_text(const LengthErrors& errors);

}  // namespace calib
