// Imports EasyMocap's intri.yml and extri.yml (see export_easymocap.cpp).

#include <fmt/format.h>

#include <optional>

#include "base/errors.hpp"
#include "io/import_list.hpp"
#include "io/import_parts.hpp"
#include "io/opencv_storage.hpp"

namespace calib {
namespace {

// Older files have no size.
ImageSize read_easymocap_size(const YamlNode& root, const std::string& name) {
  const auto width = root.find("W_" + name), height = root.find("H_" + name);
  if (!width || !height) {
    root.fail(
        fmt::format("found no W_{0} and H_{0} in {1}, expected the size of the images in "
                    "pixels: add the two lines",
                    name, root.what()));
  }
  return read_size_of(*width, *height);
}

std::vector<double> all_numbers(const YamlNode& node) {
  const Eigen::MatrixXd matrix = read_flat_matrix(node);
  return {matrix.data(), matrix.data() + matrix.size()};
}

Camera read_easymocap_camera(const YamlNode& root, const std::string& name) {
  Camera camera{.name = name, .image_size = read_easymocap_size(root, name)};
  const YamlNode matrix = root["K_" + name], place = root["dist_" + name];
  const Eigen::Matrix3d K = checked_camera_matrix(read_flat_matrix(matrix, 3, 3), matrix);
  camera.intrinsics = opencv_lens(camera.image_size, K, all_numbers(place), place);
  return camera;
}

Pose read_easymocap_pose(const YamlNode& root, const std::string& name) {
  const YamlNode place = root["T_" + name];
  const Eigen::Vector3d T = read_flat_matrix(place, 3, 1);
  if (const auto matrix = root.find("Rot_" + name))
    return read_rotation(read_flat_matrix(*matrix, 3, 3), T, *matrix);
  const Eigen::Vector3d vector = read_flat_matrix(root["R_" + name], 3, 1);
  return rodrigues_pose(vector, T);
}

}  // namespace

std::vector<Camera> import_easymocap(const std::vector<ImportedFile>& files) {
  std::optional<YamlNode> intri, extri;
  for (const ImportedFile& file : files) {
    const YamlNode root = parse_opencv_storage(file.text, file.path.string());
    const std::vector<YamlNode> names = root["names"].items();
    if (names.empty()) root["names"].fail("found no camera in 'names', expected at least one");
    (root.find("K_" + names.front().text()) ? intri : extri) = root;
  }
  require(intri.has_value(), fmt::format("{}:1:1: found no lens, expected intri.yml too: pass that "
                                         "file as well",
                                         files.front().path.string()));
  std::vector<Camera> cameras;
  for (const YamlNode& name : (*intri)["names"].items()) {
    cameras.push_back(read_easymocap_camera(*intri, name.text()));
    if (extri) cameras.back().T_cam_rig = read_easymocap_pose(*extri, name.text());
  }
  if (cameras.size() == 1) cameras[0].T_cam_rig.reset();
  return cameras;
}

}  // namespace calib
