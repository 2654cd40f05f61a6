// Exports the TOML file of aniposelib 0.5 (CameraGroup.dump and Camera.get_dict), and those of
// Pose2Sim (Calib.toml) and caliscope (camera_array.toml), which differ a little: the camera matrix
// and coefficients of OpenCV, and a Rodrigues vector and a translation that map points from the
// world, in meters, to the camera. With fisheye = true, the coefficients are the four of
// cv::fisheye.

#include <fmt/format.h>

#include "io/export_list.hpp"
#include "io/export_parts.hpp"
#include "io/yaml_writer.hpp"

namespace calib {
namespace {

// All numbers have a decimal point, because TOML 0.5 requires lists of a single type.
std::string number(double value, const std::string& what) {
  const std::string text = yaml_number(value, what);
  return text.find('.') == std::string::npos ? text + ".0" : text;
}

std::string list(const Eigen::Ref<const Eigen::VectorXd>& values, const std::string& what) {
  std::string text;
  for (const double value : values) text += (text.empty() ? "" : ", ") + number(value, what);
  return "[" + text + "]";
}

std::string quoted(const std::string& text) {
  const std::string spelled = yaml_string(text);
  return spelled.starts_with('"') ? spelled : '"' + spelled + '"';
}

std::string list(const std::vector<double>& values, const std::string& what) {
  return list(
      Eigen::Map<const Eigen::VectorXd>(values.data(), static_cast<Eigen::Index>(values.size())),
      what);
}

// The lines that all have: matrix, distortions, rotation and translation.
std::string numbers_text(const Calibration& calibration, const Camera& camera,
                         std::size_t least_distortions) {
  const Pose pose = world_pose_or_identity(calibration, camera);
  const Eigen::Matrix3d K = camera_matrix(*camera.intrinsics);
  const auto row = [&](int i) { return list(K.row(i).transpose(), camera.name); };
  return fmt::format(
      "matrix = [{}, {}, {}]\ndistortions = {}\nrotation = {}\ntranslation = {}\n", row(0), row(1),
      row(2), list(distortion_of(*camera.intrinsics, least_distortions), camera.name),
      list(log_so3(pose.rotation), camera.name), list(pose.translation, camera.name));
}

bool is_fisheye(const Camera& camera) { return camera.intrinsics->model == "fisheye"; }

std::string aniposelib_camera(const Calibration& calibration, const Camera& camera) {
  return fmt::format("name = {}\nsize = [{}, {}]\n{}{}\n", quoted(camera.name),
                     camera.image_size.width, camera.image_size.height,
                     numbers_text(calibration, camera, is_fisheye(camera) ? 4 : 5),
                     is_fisheye(camera) ? "fisheye = true\n" : "");
}

// Pose2Sim writes sizes with a decimal point, and at least four coefficients.
std::string pose2sim_camera(const Calibration& calibration, const Camera& camera) {
  return fmt::format(
      "[{0}]\nname = {0}\nsize = {1}\n{2}fisheye = false\n\n", quoted(camera.name),
      list(Eigen::Vector2d(camera.image_size.width, camera.image_size.height), camera.name),
      numbers_text(calibration, camera, 4));
}

// caliscope numbers its cameras and has no names.
std::string caliscope_camera(const Calibration& calibration, const Camera& camera,
                             std::size_t number) {
  return fmt::format(
      "[cameras.{0}]\ncam_id = {0}\nport = {0}\nsize = [{1}, {2}]\nrotation_count = 0\n"
      "ignore = false\nfisheye = {3}\n{4}\n",
      number, camera.image_size.width, camera.image_size.height, is_fisheye(camera),
      numbers_text(calibration, camera, is_fisheye(camera) ? 4 : 5));
}

}  // namespace

std::vector<ExportedFile> export_aniposelib(const Calibration& calibration) {
  std::string text;
  for (std::size_t i = 0; i < calibration.cameras.size(); ++i)
    text += fmt::format("[cam_{}]\n{}", i, aniposelib_camera(calibration, calibration.cameras[i]));
  return {{"calibration.toml", text + "[metadata]\n"}};
}

std::vector<ExportedFile> export_pose2sim(const Calibration& calibration) {
  std::string text;
  for (const Camera& camera : calibration.cameras) text += pose2sim_camera(calibration, camera);
  return {{"Calib.toml", text + "[metadata]\nadjusted = false\nerror = 0.0\n"}};
}

std::vector<ExportedFile> export_caliscope(const Calibration& calibration) {
  std::string text;
  for (std::size_t i = 0; i < calibration.cameras.size(); ++i)
    text += caliscope_camera(calibration, calibration.cameras[i], i);
  return {{"camera_array.toml", text}};
}

}  // namespace calib
