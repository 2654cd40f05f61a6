#pragma once
// How single values are written in the tables, of text and of HTML.

#include <optional>
#include <string>
#include <vector>

#include "evaluate/verdict.hpp"

namespace calib {

/// The center of a camera in the rig; of the reference camera 0, never -0.
Eigen::Vector3d camera_center(const Pose& T_cam_rig);

/// The number of decimals that shows two digits of a standard deviation (0 to 6); `usual` if the
/// standard deviation is 0: not known, or held.
int decimals_for(double std, int usual);

/// "812.312 ±0.021", with two digits of the standard deviation; without it where that is 0.
std::string with_std(double value, double std);

/// The standard deviation of parameter `index`; 0 where it is not known or held.
double parameter_std(const Camera& camera, std::size_t index);

/// "0.00 0.00 0.00", or "100.213 0.042 -0.317 ±0.012": the center of a camera in mm, with the
/// length of its standard deviation; "-" without a pose.
std::string center_text(const Camera& camera);

/// "+0.120 ±0.031" percent, or "-" where too few frames tell.
std::string scale_text(const LengthErrors& errors);

/// "cam0-cam1"
std::string pair_name(const std::string& first, const std::string& second);

}  // namespace calib
