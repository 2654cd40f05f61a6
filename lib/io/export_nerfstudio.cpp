// Exports Nerfstudio's transforms.json (Nerfstudio documentation: "Data conventions") with one
// frame per camera, and one camera_model for all of them: Nerfstudio does not look for it in the
// frames. A camera of Nerfstudio looks along -z with y up (OpenGL). The origin of its pixel
// coordinates is the corner of the top-left pixel, as in COLMAP.

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/errors.hpp"
#include "io/export_list.hpp"
#include "io/export_parts.hpp"

namespace calib {
namespace {

using Json = nlohmann::ordered_json;

Json matrix_json(const Eigen::Matrix4d& matrix) {
  Json rows = Json::array();
  for (int i = 0; i < 4; ++i) rows.push_back(row_by_row(matrix.row(i)));
  return rows;
}

// A camera of calib looks along z with y down, which is rotated about x by half a turn.
Eigen::Matrix4d transform_matrix(const Pose& T_cam_world) {
  const Eigen::Vector4d turn(1, -1, -1, 1);
  return T_cam_world.inverse().matrix() * turn.asDiagonal();
}

const char* nerfstudio_model(const Camera& camera) {
  return camera.intrinsics->model == "fisheye" ? "OPENCV_FISHEYE" : "OPENCV";
}

std::string common_model(const std::vector<Camera>& cameras) {
  const Camera& first = cameras.front();
  const std::string model = nerfstudio_model(first);
  for (const Camera& camera : cameras) {
    require(nerfstudio_model(camera) == model,
            fmt::format(
                "{} has a lens of model {}, {} of model {}, but nerfstudio has one kind of lens "
                "for all cameras: add --convert-to fisheye",
                first.name, first.intrinsics->model, camera.name, camera.intrinsics->model));
  }
  return model;
}

void add_distortion(const Intrinsics& intrinsics, Json& json) {
  static const std::vector<std::string> brown = {"k1", "k2", "p1", "p2", "k3"};
  static const std::vector<std::string> fisheye = {"k1", "k2", "k3", "k4"};
  const std::vector<double> distortion = distortion_of(intrinsics);
  const auto& names = intrinsics.model == "fisheye" ? fisheye : brown;
  for (std::size_t i = 0; i < distortion.size(); ++i) json[names[i]] = distortion[i];
}

Json frame_json(const Calibration& calibration, const Camera& camera) {
  const std::vector<double>& p = camera.intrinsics->parameters;
  Json json = {{"file_path", "images/" + file_stem(camera) + ".png"},
               {"w", camera.image_size.width},
               {"h", camera.image_size.height},
               {"fl_x", p[0]},
               {"fl_y", p[1]},
               {"cx", p[2] + kCornerToCenter_px},
               {"cy", p[3] + kCornerToCenter_px}};
  add_distortion(*camera.intrinsics, json);
  json["transform_matrix"] =
      matrix_json(transform_matrix(world_pose_or_identity(calibration, camera)));
  return json;
}

}  // namespace

std::vector<ExportedFile> export_nerfstudio(const Calibration& calibration) {
  Json json = {{"camera_model", common_model(calibration.cameras)}, {"frames", Json::array()}};
  for (const Camera& camera : calibration.cameras)
    json["frames"].push_back(frame_json(calibration, camera));
  return {{"transforms.json", json.dump(2) + "\n"}};
}

}  // namespace calib
