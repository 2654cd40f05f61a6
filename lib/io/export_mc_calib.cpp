// Exports MC-Calib's calibrated_cameras_data.yml (MC-Calib README: "Output explanation"), a file of
// OpenCV's FileStorage: for each camera its matrix, its coefficients, the type of its distortion
// (0: Brown, 1: Kannala-Brandt), and camera_pose_matrix, which maps points of the camera to the
// reference camera.

#include <fmt/format.h>

#include "io/export_list.hpp"
#include "io/export_parts.hpp"

namespace calib {

std::vector<ExportedFile> export_mc_calib(const Calibration& calibration) {
  constexpr int kIndent = 3;
  std::string text = fmt::format("%YAML:1.0\n---\nnb_camera: {}\n", calibration.cameras.size());
  for (std::size_t i = 0; i < calibration.cameras.size(); ++i) {
    const Camera& camera = calibration.cameras[i];
    const bool is_fisheye = camera.intrinsics->model == "fisheye";
    const std::vector<double> distortion = distortion_of(*camera.intrinsics, is_fisheye ? 4 : 5);
    text += fmt::format("camera_{}:\n", i);
    text += opencv_matrix_yaml("camera_matrix", camera_matrix(*camera.intrinsics), kIndent);
    text += opencv_matrix_yaml("distortion_vector",
                               Eigen::Map<const Eigen::RowVectorXd>(
                                   distortion.data(), static_cast<Eigen::Index>(distortion.size())),
                               kIndent);
    text += fmt::format(
        "   distortion_type: {}\n   camera_group: 0\n   img_width: {}\n   img_height: {}\n",
        is_fisheye ? 1 : 0, camera.image_size.width, camera.image_size.height);
    text += opencv_matrix_yaml("camera_pose_matrix", pose_or_identity(camera).inverse().matrix(),
                               kIndent);
  }
  return {{"calibrated_cameras_data.yml", text}};
}

}  // namespace calib
