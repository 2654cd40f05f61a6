// Exports EasyMocap's intri.yml and extri.yml (EasyMocap documentation: "camera parameters"), which
// are files of OpenCV's FileStorage: the list `names`, and for each camera NAME the matrix K_NAME,
// the coefficients dist_NAME, H_NAME and W_NAME, and R_NAME (a Rodrigues vector), Rot_NAME (its
// matrix) and T_NAME, which map points of the world, here the rig in meters, to the camera.

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/errors.hpp"
#include "io/export_list.hpp"
#include "io/export_parts.hpp"

namespace calib {
namespace {

// FileStorage has no other keys.
std::string key_of(const Camera& camera) {
  const bool is_key = std::all_of(camera.name.begin(), camera.name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-';
  });
  require(is_key && !camera.name.empty(),
          fmt::format("the camera's name '{}' cannot be part of a key of EasyMocap, which has "
                      "letters, digits, _ and - only; rename it",
                      camera.name));
  return camera.name;
}

std::string easymocap_head(const Calibration& calibration) {
  std::string text = "%YAML:1.0\n---\nnames:\n";
  for (const Camera& camera : calibration.cameras)
    text += fmt::format("   - \"{}\"\n", key_of(camera));
  return text;
}

}  // namespace

std::vector<ExportedFile> export_easymocap(const Calibration& calibration) {
  std::string intri = easymocap_head(calibration), extri = intri;
  for (const Camera& camera : calibration.cameras) {
    const std::vector<double> distortion = distortion_of(*camera.intrinsics, 5);
    intri += opencv_matrix_yaml("K_" + camera.name, camera_matrix(*camera.intrinsics));
    intri += fmt::format("H_{0}: {1}\nW_{0}: {2}\n", camera.name, camera.image_size.height,
                         camera.image_size.width);
    intri +=
        opencv_matrix_yaml("dist_" + camera.name,
                           Eigen::Map<const Eigen::RowVectorXd>(
                               distortion.data(), static_cast<Eigen::Index>(distortion.size())));
    const Pose pose = world_pose_or_identity(calibration, camera);
    extri += opencv_matrix_yaml("R_" + camera.name, log_so3(pose.rotation));
    extri += opencv_matrix_yaml("Rot_" + camera.name, pose.rotation.toRotationMatrix());
    extri += opencv_matrix_yaml("T_" + camera.name, pose.translation);
  }
  return {{"intri.yml", intri}, {"extri.yml", extri}};
}

}  // namespace calib
