// Imports the calibration files of the JARVIS toolbox (see export_jarvis.cpp), to which the lines
// image_width and image_height may have to be added.

#include "io/import_list.hpp"
#include "io/import_parts.hpp"
#include "io/opencv_storage.hpp"

namespace calib {
namespace {

Camera read_jarvis_camera(const ImportedFile& file) {
  const YamlNode root = parse_opencv_storage(file.text, file.path.string());
  Camera camera{.name = file.path.stem().string(), .image_size = read_width_and_height(root)};
  const YamlNode matrix = root["intrinsicMatrix"], place = root["distortionCoefficients"];
  const Eigen::Matrix3d K =
      checked_camera_matrix(read_flat_matrix(matrix, 3, 3).transpose(), matrix);
  const Eigen::MatrixXd distortion = read_flat_matrix(place);
  camera.intrinsics = opencv_lens(
      camera.image_size, K, {distortion.data(), distortion.data() + distortion.size()}, place);
  if (const auto R = root.find("R")) {
    camera.T_cam_rig = read_rotation(read_flat_matrix(*R, 3, 3).transpose(),
                                     read_flat_matrix(root["T"], 3, 1), *R);
  }
  return camera;
}

}  // namespace

std::vector<Camera> import_jarvis(const std::vector<ImportedFile>& files) {
  std::vector<Camera> cameras;
  for (const ImportedFile& file : files) cameras.push_back(read_jarvis_camera(file));
  if (cameras.size() == 1) cameras[0].T_cam_rig.reset();
  return cameras;
}

}  // namespace calib
