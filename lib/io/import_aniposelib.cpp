// Imports the TOML file of aniposelib (see export_aniposelib.cpp), which Pose2Sim and others write
// too.

#include <fmt/format.h>

#include "base/errors.hpp"
#include "io/artifact_parts.hpp"
#include "io/import_list.hpp"
#include "io/import_parts.hpp"
#include "io/pose_yaml.hpp"
#include "io/toml.hpp"

namespace calib {
namespace {

Eigen::Vector3d read_vector(const YamlNode& node) {
  return Eigen::Vector3d(node.numbers(3).data());
}

// The rotation is a vector, or the matrix that older versions of caliscope write. caliscope leaves
// both out before it knows the rig.
std::optional<Pose> read_place(const YamlNode& node) {
  if (!node.find("rotation") && !node.find("translation")) return std::nullopt;
  const YamlNode rotation = node["rotation"];
  const Eigen::Vector3d translation = read_vector(node["translation"]);
  const std::vector<YamlNode> rows = rotation.items();
  if (!rows.empty() && rows.front().is_list())
    return read_rotation(read_matrix(rotation, 3, 3), translation, rotation);
  return rodrigues_pose(read_vector(rotation), translation);
}

// caliscope only has numbers: [cameras.0] is cam_0.
std::string section_name(const std::string& section, const YamlNode& node) {
  if (const auto name = node.find("name")) return name->text();
  return section.starts_with("cameras.") ? "cam_" + section.substr(8) : section;
}

Camera read_camera(const std::string& section, const YamlNode& node) {
  Camera camera{.name = section_name(section, node),
                .image_size = read_imported_size(node["size"])};
  const Eigen::Matrix3d K =
      checked_camera_matrix(read_matrix(node["matrix"], 3, 3), node["matrix"]);
  const YamlNode place = node["distortions"];
  const auto fisheye = node.find("fisheye");
  camera.intrinsics = fisheye && fisheye->boolean()
                          ? make_lens("fisheye", camera.image_size, K, place.numbers(), place)
                          : opencv_lens(camera.image_size, K, place.numbers(), place);
  camera.T_cam_rig = read_place(node);
  return camera;
}

}  // namespace

std::vector<Camera> import_aniposelib(const std::vector<ImportedFile>& files) {
  const ImportedFile& file = only_file(files, "calibration.toml");
  const YamlNode root = parse_toml(file.text, file.path.string());
  std::vector<Camera> cameras;
  for (const auto& [section, node] : root.entries()) {
    if (!node.is_map() || section == "metadata") continue;
    const auto ignored = node.find("ignore");  // of caliscope: it has no lens
    if (!ignored || !ignored->boolean()) cameras.push_back(read_camera(section, node));
  }
  if (cameras.empty()) root.fail("found no camera, expected a section for each");
  if (cameras.size() == 1) cameras[0].T_cam_rig.reset();
  return cameras;
}

}  // namespace calib
