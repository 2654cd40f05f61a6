// Exports the calibration files of the JARVIS motion capture toolbox, one per camera: OpenCV's
// FileStorage with intrinsicMatrix and R, both transposed, since the toolbox multiplies row
// vectors, distortionCoefficients, and T in millimeters. R and T map points of the world, here the
// rig, to the camera. JARVIS does not read the size of the images, which is written for other
// readers.

#include <fmt/format.h>

#include "io/export_list.hpp"
#include "io/export_parts.hpp"

namespace calib {

std::vector<ExportedFile> export_jarvis(const Calibration& calibration) {
  std::vector<ExportedFile> files;
  for (const Camera& camera : calibration.cameras) {
    const std::vector<double> distortion = distortion_of(*camera.intrinsics, 5);
    const Pose pose = world_pose_or_identity(calibration, camera);
    std::string text = fmt::format("%YAML:1.0\n---\nimage_width: {}\nimage_height: {}\n",
                                   camera.image_size.width, camera.image_size.height);
    text += opencv_matrix_yaml("intrinsicMatrix", camera_matrix(*camera.intrinsics).transpose());
    text +=
        opencv_matrix_yaml("distortionCoefficients",
                           Eigen::Map<const Eigen::RowVectorXd>(
                               distortion.data(), static_cast<Eigen::Index>(distortion.size())));
    text += opencv_matrix_yaml("R", pose.rotation.toRotationMatrix().transpose());
    text += opencv_matrix_yaml("T", pose.translation);
    files.push_back({file_stem(camera) + ".yaml", text});
  }
  return files;
}

}  // namespace calib
