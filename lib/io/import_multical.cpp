// Imports multical's calibration.json (see export_multical.cpp). A pose is that of the rig to the
// camera under the camera's name, or of the master camera to it under "CAMERA_to_MASTER".

#include <fmt/format.h>

#include "base/errors.hpp"
#include "io/artifact_parts.hpp"
#include "io/import_list.hpp"
#include "io/import_parts.hpp"
#include "io/pose_yaml.hpp"

namespace calib {
namespace {

// The coefficients are a list, or a list with one list.
std::vector<double> read_multical_distortion(const YamlNode& node) {
  const std::vector<YamlNode> items = node.items();
  return items.size() == 1 && items.front().is_list() ? items.front().numbers() : node.numbers();
}

Camera read_multical_camera(const std::string& name, const YamlNode& node) {
  Camera camera{.name = name, .image_size = read_imported_size(node["image_size"])};
  const YamlNode place = node["dist"];
  const Eigen::Matrix3d K = checked_camera_matrix(read_matrix(node["K"], 3, 3), node["K"]);
  const auto model = node.find("model");
  const std::vector<double> distortion = read_multical_distortion(place);
  camera.intrinsics = model && model->text() == "fisheye"
                          ? make_lens("fisheye", camera.image_size, K, distortion, place)
                          : opencv_lens(camera.image_size, K, distortion, place);
  return camera;
}

std::optional<Pose> find_multical_pose(const YamlNode& poses, const std::string& camera) {
  for (const auto& [key, node] : poses.entries()) {
    if (key != camera && !key.starts_with(camera + "_to_")) continue;
    const std::vector<double> T = node["T"].numbers(3);
    return read_rotation(read_matrix(node["R"], 3, 3), Eigen::Vector3d(T.data()), node["R"]);
  }
  return std::nullopt;
}

}  // namespace

std::vector<Camera> import_multical(const std::vector<ImportedFile>& files) {
  const ImportedFile& file = only_file(files, "calibration.json");
  const YamlNode root = YamlNode::parse(file.text, file.path.string());
  std::vector<Camera> cameras;
  for (const auto& [name, node] : root["cameras"].entries()) {
    cameras.push_back(read_multical_camera(name, node));
    cameras.back().T_cam_rig = find_multical_pose(root["camera_poses"], name);
  }
  if (cameras.empty()) root["cameras"].fail("found no camera in 'cameras', expected at least one");
  if (cameras.size() == 1) cameras[0].T_cam_rig.reset();
  return cameras;
}

}  // namespace calib
