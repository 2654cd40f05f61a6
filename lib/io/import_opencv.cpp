// Imports OpenCV's FileStorage as YAML or JSON (see export_opencv.cpp): camera files, poses.yml,
// and the intrinsics and extrinsics of a pair.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "base/errors.hpp"
#include "io/import_list.hpp"
#include "io/import_parts.hpp"
#include "io/opencv_yaml.hpp"

namespace calib {
namespace {

std::vector<double> elements(const YamlNode& node) {
  const Eigen::MatrixXd matrix = read_flat_matrix(node);
  if (matrix.size() > 0 && std::min(matrix.rows(), matrix.cols()) != 1) {
    node.fail(fmt::format("found a {}x{} matrix for {}, expected a row or a column", matrix.rows(),
                          matrix.cols(), node.what()));
  }
  return {matrix.data(), matrix.data() + matrix.size()};
}

bool is_fisheye(const YamlNode& root) {
  const auto flag = root.find("fisheye_model");
  return flag && flag->text() != "0";
}

Intrinsics read_lens(const YamlNode& root, const std::string& matrix_key,
                     const std::string& distortion_key) {
  const ImageSize size = read_width_and_height(root);
  const Eigen::Matrix3d K =
      checked_camera_matrix(read_flat_matrix(root[matrix_key], 3, 3), root[matrix_key]);
  const YamlNode place = root[distortion_key];
  std::vector<double> distortion = elements(place);
  if (is_fisheye(root)) return make_lens("fisheye", size, K, distortion, place);
  const auto xi = root.find("xi");
  if (!xi) return opencv_lens(size, K, distortion, place);
  distortion.insert(distortion.begin(), xi->number());
  return make_lens("omni", size, K, distortion, place);
}

Camera read_camera(const YamlNode& root, const ImportedFile& file) {
  const auto name = root.find("camera_name");
  Camera camera{.name = name ? name->text() : file.path.stem().string(), .image_size = {}};
  camera.intrinsics = read_lens(root, "camera_matrix", "distortion_coefficients");
  camera.image_size = camera.intrinsics->image_size;
  return camera;
}

Pose read_T_cam_rig(const YamlNode& node) {
  const Eigen::Matrix4d matrix = read_flat_matrix(node, 4, 4);
  return read_rotation(matrix.topLeftCorner<3, 3>(), matrix.topRightCorner<3, 1>(), node);
}

using Poses = std::map<std::string, Pose>;

void read_poses(const YamlNode& root, Poses& poses) {
  for (const YamlNode& node : root["cameras"].items()) {
    const std::string name = node["camera_name"].text();
    if (!poses.emplace(name, read_T_cam_rig(node["T_cam_rig"])).second)
      node.fail(fmt::format("camera '{}' has two poses, expected one", name));
  }
}

// The two cameras of the files that OpenCV's sample stereo_calib.cpp writes.
std::vector<Camera> read_pair(const YamlNode& intrinsics, const std::optional<YamlNode>& poses) {
  std::vector<Camera> cameras = {{.name = "left", .image_size = {}},
                                 {.name = "right", .image_size = {}}};
  cameras[0].intrinsics = read_lens(intrinsics, "M1", "D1");
  cameras[1].intrinsics = read_lens(intrinsics, "M2", "D2");
  for (Camera& camera : cameras) camera.image_size = camera.intrinsics->image_size;
  if (!poses) return cameras;
  cameras[0].T_cam_rig = Pose{};
  cameras[1].T_cam_rig = read_rotation(read_flat_matrix((*poses)["R"], 3, 3),
                                       read_flat_matrix((*poses)["T"], 3, 1), (*poses)["R"]);
  return cameras;
}

void give_poses(const Poses& poses, std::vector<Camera>& cameras) {
  for (const auto& entry : poses) {
    const std::string& name = entry.first;
    const auto found = std::find_if(cameras.begin(), cameras.end(),
                                    [&](const Camera& camera) { return camera.name == name; });
    require(found != cameras.end(),
            fmt::format("camera '{}' has a pose, but no file with its camera_matrix: pass that "
                        "file too",
                        name));
    found->T_cam_rig = entry.second;
  }
}

}  // namespace

std::vector<Camera> import_opencv(const std::vector<ImportedFile>& files) {
  std::vector<Camera> cameras;
  Poses poses;
  std::optional<YamlNode> pair, pair_poses;
  for (const ImportedFile& file : files) {
    const YamlNode root = parse_opencv_yaml(file.text, file.path.string());
    if (root.find("camera_matrix")) {
      cameras.push_back(read_camera(root, file));
    } else if (root.find("cameras")) {
      read_poses(root, poses);
    } else if (root.find("M1")) {
      pair = root;
    } else if (root.find("R")) {
      pair_poses = root;
    } else {
      root.fail(
          "found none of the keys camera_matrix, cameras, M1 and R, expected a calibration as "
          "OpenCV's samples write it");
    }
  }
  // If there are camera files, they have everything that the files of the pair have.
  if (cameras.empty() && pair) return read_pair(*pair, pair_poses);
  require(!cameras.empty(), fmt::format("{}: found poses but no lens, expected a file with "
                                        "camera_matrix or M1 too: pass that file as well",
                                        files.front().path.string()));
  give_poses(poses, cameras);
  return cameras;
}

}  // namespace calib
