// Imports ROS camera_info as YAML (see export_ros.cpp). Two files are a pair if exactly one of them
// has a baseline in its projection matrix: then p_rect = R p_cam in both cameras, and P(:, 3) / f
// is the offset of the second rectified camera.

#include <fmt/format.h>

#include "base/errors.hpp"
#include "base/text.hpp"
#include "io/import_list.hpp"
#include "io/import_parts.hpp"

namespace calib {
namespace {

struct RosCamera {
  Camera camera;
  Pose T_rect_cam;  // to the frame of the first rectified camera
  bool has_baseline = false;
};

Intrinsics read_lens(const YamlNode& root) {
  const ImageSize size = read_width_and_height(root);
  const YamlNode matrix = root["camera_matrix"];
  const Eigen::Matrix3d K = checked_camera_matrix(read_flat_matrix(matrix, 3, 3), matrix);
  const YamlNode place = root["distortion_coefficients"];
  const Eigen::MatrixXd row = read_flat_matrix(place);
  const std::vector<double> distortion(row.data(), row.data() + row.size());
  const std::string model =
      root["distortion_model"].one_of({"plumb_bob", "rational_polynomial", "equidistant"});
  if (model == "equidistant") return make_lens("fisheye", size, K, distortion, place);
  return opencv_lens(size, K, distortion, place);
}

RosCamera read_ros_camera(const ImportedFile& file) {
  const YamlNode root = YamlNode::parse(file.text, file.path.string());
  const auto name = root.find("camera_name");
  RosCamera result;
  result.camera.name = name ? name->text() : file.path.stem().string();
  result.camera.intrinsics = read_lens(root);
  result.camera.image_size = result.camera.intrinsics->image_size;
  const auto projection = root.find("projection_matrix");
  if (!projection) return result;
  const Eigen::MatrixXd P = read_flat_matrix(*projection, 3, 4);
  result.has_baseline = P(0, 3) != 0 || P(1, 3) != 0;
  if (!(P(0, 0) > 0 && P(1, 1) > 0)) {
    projection->fail(fmt::format("found focal lengths of {} and {} px in {}, expected both above 0",
                                 P(0, 0), P(1, 1), projection->what()));
  }
  const YamlNode rotation = root["rectification_matrix"];
  const Pose R_rect_cam = read_rotation(read_flat_matrix(rotation, 3, 3), {0, 0, 0}, rotation);
  const Pose T_rect_first{Eigen::Quaterniond::Identity(),
                          {P(0, 3) / P(0, 0), P(1, 3) / P(1, 1), 0}};
  result.T_rect_cam = T_rect_first.inverse() * R_rect_cam;
  return result;
}

}  // namespace

std::vector<Camera> import_ros(const std::vector<ImportedFile>& files) {
  std::vector<RosCamera> read;
  for (const ImportedFile& file : files) read.push_back(read_ros_camera(file));
  const bool is_pair = read.size() == 2 && read[0].has_baseline != read[1].has_baseline;
  std::vector<Camera> cameras;
  for (RosCamera& entry : read) {
    if (is_pair) entry.camera.T_cam_rig = entry.T_rect_cam.inverse();
    cameras.push_back(std::move(entry.camera));
  }
  return cameras;
}

}  // namespace calib
