#pragma once
// How single metrics are written in the tables, of text and of HTML.

#include <string>

#include "evaluate/verdict.hpp"

namespace calib {

/// The center of a camera in the rig; of the reference camera 0, never -0.
Eigen::Vector3d camera_center(const Pose& T_cam_rig);

/// "+0.12 ±0.03" percent, or "-" where too few frames tell.
std::string scale_text(const LengthErrors& errors);

}  // namespace calib
