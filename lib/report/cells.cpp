#include "report/cells.hpp"

#include <fmt/format.h>

namespace calib {

// Adding zero turns -0 into 0.
Eigen::Vector3d camera_centre(const Pose& T_cam_rig) {
  return T_cam_rig.inverse().translation + Eigen::Vector3d::Zero();
}

const CameraCoverage* find_coverage(const Evaluation& evaluation, const std::string& name) {
  for (const CameraCoverage& coverage : evaluation.coverage) {
    if (coverage.name == name) return &coverage;
  }
  return nullptr;
}

std::optional<double> reprojection_rms(const Camera& camera, const Evaluation& evaluation) {
  const CameraCoverage* coverage = find_coverage(evaluation, camera.name);
  if (!coverage) return camera.reprojection_rms_px;
  const ErrorStatistics& measured =
      evaluation.camera_reprojection[coverage - evaluation.coverage.data()];
  return measured.count > 0 ? measured.rms : camera.reprojection_rms_px;
}

std::string scale_text(const LengthErrors& errors) {
  return errors.frames < 2
             ? "-"
             : fmt::format("{:+.2f} ±{:.2f}", errors.scale_percent, errors.scale_std_percent);
}

}  // namespace calib
