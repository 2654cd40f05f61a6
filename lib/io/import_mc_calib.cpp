// Imports MC-Calib's calibrated_cameras_data.yml (see export_mc_calib.cpp).

#include <fmt/format.h>

#include "base/errors.hpp"
#include "io/import_list.hpp"
#include "io/import_parts.hpp"
#include "io/opencv_storage.hpp"

namespace calib {
namespace {

Camera read_mc_calib_camera(const std::string& key, const YamlNode& node) {
  Camera camera{.name = key, .image_size = read_size_of(node["img_width"], node["img_height"])};
  const YamlNode matrix = node["camera_matrix"], place = node["distortion_vector"];
  const Eigen::Matrix3d K = checked_camera_matrix(read_flat_matrix(matrix, 3, 3), matrix);
  const Eigen::MatrixXd row = read_flat_matrix(place);
  const std::vector<double> distortion(row.data(), row.data() + row.size());
  const auto type = node.find("distortion_type");
  camera.intrinsics = type && type->integer() == 1
                          ? make_lens("fisheye", camera.image_size, K, distortion, place)
                          : opencv_lens(camera.image_size, K, distortion, place);
  if (const auto pose = node.find("camera_pose_matrix")) {
    const Eigen::Matrix4d T = read_flat_matrix(*pose, 4, 4);
    camera.T_cam_rig =
        read_rotation(T.topLeftCorner<3, 3>(), T.topRightCorner<3, 1>(), *pose).inverse();
  }
  return camera;
}

}  // namespace

std::vector<Camera> import_mc_calib(const std::vector<ImportedFile>& files) {
  const ImportedFile& file = only_file(files, "calibrated_cameras_data.yml");
  const YamlNode root = parse_opencv_storage(file.text, file.path.string());
  std::vector<Camera> cameras;
  for (const auto& [key, node] : root.entries())
    if (node.is_map()) cameras.push_back(read_mc_calib_camera(key, node));
  if (cameras.empty()) root.fail("found no camera, expected camera_0, camera_1, ...");
  if (cameras.size() == 1) cameras[0].T_cam_rig.reset();
  return cameras;
}

}  // namespace calib
