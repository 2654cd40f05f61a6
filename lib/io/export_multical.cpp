// Exports multical's calibration.json: for each camera its model, size, matrix K and coefficients
// dist, and under camera_poses R and T, which map points of the first camera to the camera. A key
// of a pose is "right_to_left", or only the name of the camera for the first one.

#include <nlohmann/json.hpp>

#include "io/export_list.hpp"
#include "io/export_parts.hpp"

namespace calib {
namespace {

using Json = nlohmann::ordered_json;

Json rows_json(const Eigen::Matrix3d& matrix) {
  Json rows = Json::array();
  for (int i = 0; i < 3; ++i) rows.push_back(row_by_row(matrix.row(i)));
  return rows;
}

// The name of OpenCV's model with this many coefficients.
std::string multical_model(std::size_t count) {
  if (count <= 5) return "standard";
  return count == 8 ? "rational" : count == 12 ? "thin_prism" : "tilted";
}

}  // namespace

std::vector<ExportedFile> export_multical(const Calibration& calibration) {
  Json json = {{"cameras", Json::object()}, {"camera_poses", Json::object()}};
  const Camera& first = calibration.cameras.front();
  for (const Camera& camera : calibration.cameras) {
    const std::vector<double> distortion = distortion_of(*camera.intrinsics, 5);
    json["cameras"][camera.name] = {
        {"model", multical_model(distortion.size())},
        {"image_size", {camera.image_size.width, camera.image_size.height}},
        {"K", rows_json(camera_matrix(*camera.intrinsics))},
        {"dist", Json::array({distortion})}};
    const Pose pose = pose_or_identity(camera) * pose_or_identity(first).inverse();
    const bool is_first = &camera == &first;
    json["camera_poses"][is_first ? camera.name : camera.name + "_to_" + first.name] = {
        {"R", rows_json(is_first ? Eigen::Matrix3d(Eigen::Matrix3d::Identity())
                                 : pose.rotation.toRotationMatrix())},
        {"T", row_by_row(is_first ? Eigen::Vector3d(0, 0, 0) : pose.translation)}};
  }
  return {{"calibration.json", json.dump(2) + "\n"}};
}

}  // namespace calib
