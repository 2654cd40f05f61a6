// Exports Kalibr's camchain.yaml (Kalibr wiki: "yaml formats", "Supported models"). The intrinsics
// are pinhole [fu fv pu pv], omni [xi fu fv pu pv], eucm [alpha beta fu fv pu pv] or ds [xi alpha
// fu fv pu pv]; radtan is k1 k2 p1 p2. T_cn_cnm1 maps points from the previous camera to this
// camera. The name of the camera is in its rostopic, because Kalibr names cameras cam0, cam1, ...
// cam_overlaps, which some programs of Kalibr need, lists the neighbors in the chain. If cameras
// are not synchronized, timeshift_cam_imu (t_imu = t_cam + shift) holds their time offsets, with
// the clock of the rig instead of an IMU's. Kalibr has no line delay.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "camera/model_list.hpp"
#include "io/artifact_parts.hpp"
#include "io/export_list.hpp"
#include "io/export_parts.hpp"
#include "io/yaml_writer.hpp"

namespace calib {
namespace {

struct KalibrModel {
  std::string camera, distortion;
  // How many of calib's distortion parameters are before fx fy cx cy in Kalibr's intrinsics. The
  // others are Kalibr's distortion.
  std::size_t leading;
};

const KalibrModel& kalibr_model(const std::string& model) {
  static const std::map<std::string, KalibrModel> models = {
      {"pinhole", {"pinhole", "none", 0}},
      {"opencv4", {"pinhole", "radtan", 0}},
      {"fisheye", {"pinhole", "equidistant", 0}},
      {"omni", {"omni", "radtan", 1}},
      {"eucm", {"eucm", "none", 2}},
      {"double_sphere", {"ds", "none", 2}}};
  return models.at(model);
}

std::string overlaps_text(std::size_t index, std::size_t count) {
  std::vector<std::string> neighbors;
  if (index > 0) neighbors.push_back(std::to_string(index - 1));
  if (index + 1 < count) neighbors.push_back(std::to_string(index + 1));
  return fmt::format("  cam_overlaps: [{}]\n", join(neighbors, ", "));
}

std::string camera_entry(const Camera& camera) {
  const KalibrModel& model = kalibr_model(camera.intrinsics->model);
  const std::vector<double>& parameters = camera.intrinsics->parameters;
  std::vector<double> distortion = distortion_of(*camera.intrinsics);
  const auto rest = distortion.begin() + static_cast<std::ptrdiff_t>(model.leading);
  std::vector<double> intrinsics(distortion.begin(), rest);
  intrinsics.insert(intrinsics.end(), parameters.begin(), parameters.begin() + kLinearCount);
  distortion.erase(distortion.begin(), rest);
  return fmt::format(
      "  camera_model: {}\n  distortion_coeffs: {}\n  distortion_model: {}\n  intrinsics: {}\n"
      "  resolution: {}\n  rostopic: {}\n",
      model.camera, yaml_list(distortion, camera.name), model.distortion,
      yaml_list(intrinsics, camera.name), size_text(camera.image_size),
      yaml_string(fmt::format("/{}/image_raw", camera.name)));
}

// With its decimals, because Kalibr refuses whole numbers; to a nanosecond.
std::string timeshift_text(const Camera& camera) {
  return fmt::format("  timeshift_cam_imu: {:.9f}\n", camera.time ? camera.time->offset_s : 0.0);
}

}  // namespace

std::vector<ExportedFile> export_kalibr(const Calibration& calibration) {
  std::string text;
  const bool any_offset =
      std::any_of(calibration.cameras.begin(), calibration.cameras.end(),
                  [](const Camera& camera) { return camera.time && camera.time->offset_s != 0; });
  for (std::size_t i = 0; i < calibration.cameras.size(); ++i) {
    const Camera& camera = calibration.cameras[i];
    text += fmt::format("cam{}:\n", i);
    if (i > 0) {
      const Pose T_cn_cnm1 = *camera.T_cam_rig * calibration.cameras[i - 1].T_cam_rig->inverse();
      text += fmt::format("  T_cn_cnm1:{}\n", yaml_matrix_rows(T_cn_cnm1.matrix(), 2, camera.name));
    }
    text += overlaps_text(i, calibration.cameras.size()) + camera_entry(camera);
    if (any_offset) text += timeshift_text(camera);
  }
  return {{"camchain.yaml", text}};
}

}  // namespace calib
