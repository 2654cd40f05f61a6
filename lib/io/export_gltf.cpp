// Exports the rig as a glTF 2.0 scene (Khronos specification, sections 3.10 and 5.24): a node with
// a perspective camera for each camera. A camera of glTF looks along -z with y up and has neither a
// principal point nor a distortion: its yfov is that of the camera's focal length fy. The world is
// the rig turned about x by half a turn, so that y is up.

#include <cmath>
#include <nlohmann/json.hpp>

#include "io/export_list.hpp"
#include "io/export_parts.hpp"
#include "scene/world.hpp"

namespace calib {
namespace {

using Json = nlohmann::ordered_json;

Json gltf_camera(const Camera& camera) {
  const std::vector<double>& p = camera.intrinsics->parameters;
  const double width = camera.image_size.width, height = camera.image_size.height;
  return {{"name", camera.name},
          {"type", "perspective"},
          {"perspective",
           {{"yfov", 2 * std::atan(height / (2 * p[1]))},
            {"aspectRatio", width / p[0] / (height / p[1])},
            {"znear", 0.01}}}};
}

// Turns y down (the rig) or z up (a world) to glTF's y up.
Eigen::Quaterniond turn_up(const Calibration& calibration) {
  const double quarter = std::sqrt(0.5);
  return calibration.world ? Eigen::Quaterniond(quarter, -quarter, 0, 0)
                           : Eigen::Quaterniond(0, 1, 0, 0);
}

Json gltf_node(const Calibration& calibration, const Camera& camera, std::size_t index) {
  const Eigen::Quaterniond half_turn(0, 1, 0, 0);  // from the camera's axes to those of glTF
  const Eigen::Quaterniond up = turn_up(calibration);
  const Pose T_world_cam = world_pose_or_identity(calibration, camera).inverse();
  const Eigen::Quaterniond q = up * T_world_cam.rotation * half_turn.conjugate();
  return {{"name", camera.name},
          {"camera", index},
          {"translation", row_by_row(up * T_world_cam.translation)},
          {"rotation", row_by_row(q.coeffs())}};
}

}  // namespace

std::vector<ExportedFile> export_gltf(const Calibration& calibration) {
  Json json = {{"asset", {{"version", "2.0"}, {"generator", "calib"}}},
               {"scene", 0},
               {"scenes", Json::array({{{"name", "rig"}, {"nodes", Json::array()}}})},
               {"nodes", Json::array()},
               {"cameras", Json::array()}};
  for (std::size_t i = 0; i < calibration.cameras.size(); ++i) {
    json["scenes"][0]["nodes"].push_back(i);
    json["nodes"].push_back(gltf_node(calibration, calibration.cameras[i], i));
    json["cameras"].push_back(gltf_camera(calibration.cameras[i]));
  }
  return {{"rig.gltf", json.dump(2) + "\n"}};
}

}  // namespace calib
