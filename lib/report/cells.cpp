#include "report/cells.hpp"

#include <fmt/format.h>

namespace calib {

// Adding zero turns -0 into 0.
Eigen::Vector3d camera_center(const Pose& T_cam_rig) {
  return T_cam_rig.inverse().translation + Eigen::Vector3d::Zero();
}

std::string scale_text(const LengthErrors& errors) {
  return errors.frames < 2
             ? "-"
             : fmt::format("{:+.2f} ±{:.2f}", errors.scale_percent, errors.scale_std_percent);
}

}  // namespace calib
