// Exports COLMAP's sparse model as text (COLMAP 3.12 documentation: "Output Format", "Camera
// Models", "Rig Support"): one rig in one frame, with one image per camera. The origin of COLMAP's
// pixel coordinates is the corner of the top-left pixel.

#include <fmt/format.h>

#include <algorithm>

#include "base/errors.hpp"
#include "base/text.hpp"
#include "io/export_list.hpp"
#include "io/export_parts.hpp"
#include "scene/world.hpp"

namespace calib {
namespace {

constexpr const char* kExtension = ".png";  // of the image that represents a camera

struct ColmapModel {
  std::string name;
  std::size_t distortion;
};

ColmapModel colmap_model(const std::string& model) {
  if (model == "pinhole") return {"PINHOLE", 0};
  if (model == "opencv4") return {"OPENCV", 4};
  if (model == "fisheye") return {"OPENCV_FISHEYE", 4};
  return {"FULL_OPENCV", 8};
}

std::string numbers(const std::vector<double>& values) {
  std::string text;
  for (const double value : values) text += " " + to_text(value);
  return text;
}

std::string pose_text(const Pose& pose) {
  const Eigen::Quaterniond& q = pose.rotation;
  const Eigen::Vector3d& t = pose.translation;
  return numbers({q.w(), q.x(), q.y(), q.z(), t.x(), t.y(), t.z()});
}

std::string camera_line(std::size_t id, const Camera& camera) {
  const ColmapModel model = colmap_model(camera.intrinsics->model);
  const std::vector<double>& p = camera.intrinsics->parameters;
  return fmt::format("{} {} {} {}{}{}\n", id, model.name, camera.image_size.width,
                     camera.image_size.height,
                     numbers({p[0], p[1], p[2] + kCornerToCenter_px, p[3] + kCornerToCenter_px}),
                     numbers(distortion_of(*camera.intrinsics, model.distortion)));
}

std::string image_name(const Camera& camera) {
  require(camera.name.find_first_of(" \t\r\n") == std::string::npos,
          fmt::format("the camera's name '{}' has blanks, which separate the columns of COLMAP's "
                      "files; rename it",
                      camera.name));
  return file_stem(camera) + kExtension;
}

// The index of the reference camera, whose pose is the identity.
std::size_t reference_index(const Calibration& calibration) {
  const auto& cameras = calibration.cameras;
  const auto found = std::find_if(cameras.begin(), cameras.end(), [&](const Camera& camera) {
    return camera.name == calibration.reference_camera;
  });
  return found == cameras.end() ? 0 : static_cast<std::size_t>(found - cameras.begin());
}

std::string rig_line(const Calibration& calibration) {
  const std::size_t reference = reference_index(calibration);
  std::string text = fmt::format("1 {} CAMERA {}", calibration.cameras.size(), reference + 1);
  for (std::size_t i = 0; i < calibration.cameras.size(); ++i) {
    if (i == reference) continue;
    text += fmt::format(" CAMERA {} 1{}", i + 1, pose_text(*calibration.cameras[i].T_cam_rig));
  }
  return text + "\n";
}

}  // namespace

std::vector<ExportedFile> export_colmap(const Calibration& calibration) {
  std::string cameras = "# CAMERA_ID MODEL WIDTH HEIGHT PARAMS[]\n";
  std::string images =
      "# IMAGE_ID QW QX QY QZ TX TY TZ CAMERA_ID NAME, then a line of points, here empty\n";
  std::string frames =
      "# FRAME_ID RIG_ID QW QX QY QZ TX TY TZ COUNT, then SENSOR_TYPE SENSOR_ID IMAGE_ID of each\n";
  frames +=
      fmt::format("1 1{} {}", pose_text(T_rig_world(calibration)), calibration.cameras.size());
  for (std::size_t i = 0; i < calibration.cameras.size(); ++i) {
    const Camera& camera = calibration.cameras[i];
    const std::size_t id = i + 1;
    cameras += camera_line(id, camera);
    images +=
        fmt::format("{}{} {} {}\n\n", id, pose_text(world_pose_or_identity(calibration, camera)),
                    id, image_name(camera));
    frames += fmt::format(" CAMERA {} {}", id, id);
  }
  return {{"cameras.txt", cameras},
          {"images.txt", images},
          {"rigs.txt",
           "# RIG_ID COUNT REF_SENSOR_TYPE REF_SENSOR_ID, then SENSOR_TYPE SENSOR_ID HAS_POSE QW "
           "QX QY QZ TX TY TZ of each other\n" +
               rig_line(calibration)},
          {"frames.txt", frames + "\n"},
          {"points3D.txt", "# none\n"}};
}

}  // namespace calib
