// Imports OpenCV's FileStorage as YAML or JSON (see export_opencv.cpp): camera files, poses.yml,
// and the intrinsics and extrinsics of a pair.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "base/errors.hpp"
#include "io/artifact_parts.hpp"
#include "io/import_list.hpp"
#include "io/import_parts.hpp"
#include "io/opencv_storage.hpp"

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

// The first of these keys that the map has. OpenCV's samples and those who wrote after them name
// the same thing in several ways.
std::optional<YamlNode> find_any(const YamlNode& root, const std::vector<std::string>& keys) {
  for (const std::string& key : keys)
    if (const auto node = root.find(key)) return node;
  return std::nullopt;
}

YamlNode need_any(const YamlNode& root, const std::vector<std::string>& keys) {
  const auto node = find_any(root, keys);
  return node ? *node : root[keys.front()];  // throws Error
}

const std::vector<std::string> kSizeKeys = {"image_size", "imageSize", "img_size", "size"};

ImageSize read_image_size(const YamlNode& root) {
  const auto size = find_any(root, kSizeKeys);
  return size && size->is_list() ? read_imported_size(*size) : read_width_and_height(root);
}

// The keys of the first or second camera of a pair.
std::vector<std::string> matrix_keys(int number) {
  return {fmt::format("M{}", number), fmt::format("K{}", number),
          fmt::format("cameraMatrix{}", number), fmt::format("camera_matrix_{}", number)};
}
std::vector<std::string> distortion_keys(int number) {
  return {fmt::format("D{}", number), fmt::format("distCoeffs{}", number),
          fmt::format("distortion_coefficients_{}", number)};
}

Intrinsics read_lens(const YamlNode& root, const std::vector<std::string>& matrix_keys,
                     const std::vector<std::string>& distortion_keys) {
  const ImageSize size = read_image_size(root);
  const YamlNode matrix = need_any(root, matrix_keys);
  const Eigen::Matrix3d K = checked_camera_matrix(read_flat_matrix(matrix, 3, 3), matrix);
  const YamlNode place = need_any(root, distortion_keys);
  std::vector<double> distortion = elements(place);
  if (is_fisheye(root)) return make_lens("fisheye", size, K, distortion, place);
  const auto xi = root.find("xi");
  if (!xi) return opencv_lens(size, K, distortion, place);
  distortion.insert(distortion.begin(), xi->number());
  return make_lens("omni", size, K, distortion, place);
}

// A rotation as a matrix or as a Rodrigues vector, with a translation.
Pose read_R_T(const YamlNode& R, const YamlNode& T) {
  const std::vector<double> t = elements(T);
  if (t.size() != 3) T.fail(fmt::format("found {} numbers for {}, expected 3", t.size(), T.what()));
  const Eigen::Vector3d translation(t.data());
  const Eigen::MatrixXd matrix = read_flat_matrix(R);
  if (matrix.size() == 3) return rodrigues_pose(Eigen::Vector3d(matrix.data()), translation);
  return read_rotation(read_flat_matrix(R, 3, 3), translation, R);
}

std::optional<Pose> find_R_T(const YamlNode& root) {
  const auto R = find_any(root, {"R", "rvec"}), T = find_any(root, {"T", "tvec"});
  if (!R && !T) return std::nullopt;
  return read_R_T(need_any(root, {"R", "rvec"}), need_any(root, {"T", "tvec"}));
}

Camera read_camera(const YamlNode& root, const ImportedFile& file) {
  const auto name = root.find("camera_name");
  Camera camera{.name = name ? name->text() : file.path.stem().string(), .image_size = {}};
  camera.intrinsics = read_lens(root, {"camera_matrix"}, {"distortion_coefficients"});
  camera.image_size = camera.intrinsics->image_size;
  camera.T_cam_rig = find_R_T(root);
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
std::vector<Camera> read_pair(const YamlNode& root) {
  std::vector<Camera> cameras = {{.name = "left", .image_size = {}},
                                 {.name = "right", .image_size = {}}};
  for (int i : {0, 1}) {
    Camera& camera = cameras[static_cast<std::size_t>(i)];
    camera.intrinsics = read_lens(root, matrix_keys(i + 1), distortion_keys(i + 1));
    camera.image_size = camera.intrinsics->image_size;
  }
  return cameras;
}

// R and T of a pair map points from its first camera to its second.
void give_pair_pose(const YamlNode& root, std::vector<Camera>& cameras) {
  if (cameras.size() != 2) {
    root.fail(
        fmt::format("found R and T of a pair, but {} camera{}: pass the files of the two "
                    "cameras alone",
                    cameras.size(), cameras.size() == 1 ? "" : "s"));
  }
  cameras[0].T_cam_rig = Pose{};
  cameras[1].T_cam_rig = find_R_T(root);
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
  std::vector<Camera> cameras, pair;
  Poses poses;
  std::optional<YamlNode> pair_pose;
  for (const ImportedFile& file : files) {
    const YamlNode root = parse_opencv_storage(file.text, file.path.string());
    const bool is_camera = root.find("camera_matrix").has_value();
    const bool is_pair = find_any(root, matrix_keys(1)).has_value();
    const bool has_pair_pose = !is_camera && root.find("R") && root.find("T");
    if (is_camera) cameras.push_back(read_camera(root, file));
    if (is_pair) pair = read_pair(root);
    if (has_pair_pose) pair_pose = root;
    if (root.find("cameras")) read_poses(root, poses);
    if (!is_camera && !is_pair && !has_pair_pose && !root.find("cameras")) {
      root.fail(
          "found none of the keys camera_matrix, cameras, M1 and R with T, expected a calibration "
          "as OpenCV's samples write it");
    }
  }
  // If there are camera files, they have everything that the files of the pair have.
  if (cameras.empty()) cameras = pair;
  require(!cameras.empty(), fmt::format("{}: found poses but no lens, expected a file with "
                                        "camera_matrix or M1 too: pass that file as well",
                                        files.front().path.string()));
  if (pair_pose && poses.empty()) give_pair_pose(*pair_pose, cameras);
  give_poses(poses, cameras);
  return cameras;
}

}  // namespace calib
