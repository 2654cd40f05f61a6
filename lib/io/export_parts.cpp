#include "io/export_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/errors.hpp"
#include "camera/model_list.hpp"
#include "io/yaml_writer.hpp"
#include "rectify/rectify.hpp"
#include "scene/world.hpp"

namespace calib {
namespace {

// Whether the second camera is the left (upper) one for OpenCV and ROS, which need negative
// offsets.
bool second_comes_first(const RectifiedSet& set) {
  return set.cameras[1].P(0, 3) > 0 || set.cameras[1].P(1, 3) > 0;
}

}  // namespace

Eigen::Matrix3d camera_matrix(const Intrinsics& intrinsics) {
  const std::vector<double>& p = intrinsics.parameters;
  return Eigen::Matrix3d{{p[0], 0, p[2]}, {0, p[1], p[3]}, {0, 0, 1}};
}

std::vector<double> distortion_of(const Intrinsics& intrinsics, std::size_t least) {
  std::vector<double> distortion(intrinsics.parameters.begin() + kLinearCount,
                                 intrinsics.parameters.end());
  distortion.resize(std::max(least, distortion.size()));
  return distortion;
}

std::string file_stem(const Camera& camera) {
  const std::filesystem::path path = camera.name;
  require(
      !camera.name.empty() && camera.name != "." && camera.name != ".." && path.filename() == path,
      fmt::format("the camera's name '{}' cannot be the name of a file; rename it", camera.name));
  return camera.name;
}

Pose pose_or_identity(const Camera& camera) { return camera.T_cam_rig.value_or(Pose{}); }

Pose world_pose_or_identity(const Calibration& calibration, const Camera& camera) {
  return T_cam_world(calibration, camera).value_or(Pose{});
}

std::optional<RectifiedSet> rectified_pair(const Calibration& calibration) {
  const std::vector<Camera>& cameras = calibration.cameras;
  if (cameras.size() != 2 || cameras[0].image_size != cameras[1].image_size) return std::nullopt;
  if (!cameras[0].T_cam_rig || !cameras[1].T_cam_rig) return std::nullopt;
  const ViewRules rules{.size = cameras[0].image_size};
  try {
    RectifiedSet set = rectify_set(calibration, {cameras[0].name, cameras[1].name}, rules).set;
    if (second_comes_first(set))
      set = rectify_set(calibration, {cameras[1].name, cameras[0].name}, rules).set;
    return set;
  } catch (const UndeterminedError&) {
    return std::nullopt;  // Cameras without a common view are exported without rectification.
  }
}

std::string opencv_matrix_yaml(const std::string& key,
                               const Eigen::Ref<const Eigen::MatrixXd>& matrix, int indent) {
  return fmt::format(
      "{0:{1}}{2}: !!opencv-matrix\n{0:{1}}   rows: {3}\n{0:{1}}   cols: {4}\n"
      "{0:{1}}   dt: d\n{0:{1}}   data: {5}\n",
      "", indent, key, matrix.rows(), matrix.cols(), yaml_list(row_by_row(matrix), key));
}

std::vector<double> row_by_row(const Eigen::Ref<const Eigen::MatrixXd>& matrix) {
  std::vector<double> values;
  for (Eigen::Index i = 0; i < matrix.rows(); ++i) {
    // Adding 0 turns -0 into 0.
    for (Eigen::Index j = 0; j < matrix.cols(); ++j) values.push_back(matrix(i, j) + 0.0);
  }
  return values;
}

}  // namespace calib
