// Exports the TOML file of aniposelib 0.5 (CameraGroup.dump and Camera.get_dict): the camera matrix
// and coefficients of OpenCV, and a Rodrigues vector and a translation that map points from the
// world, in meters, to the camera. With fisheye = true, the coefficients are the four
// of cv::fisheye.

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

std::string camera_table(const Calibration& calibration, const Camera& camera) {
  const Intrinsics& intrinsics = *camera.intrinsics;
  const bool is_fisheye = intrinsics.model == "fisheye";
  const Pose pose = world_pose_or_identity(calibration, camera);
  const Eigen::Matrix3d K = camera_matrix(intrinsics);
  const std::vector<double> distortion = distortion_of(intrinsics, is_fisheye ? 4 : 5);
  const auto row = [&](int i) { return list(K.row(i).transpose(), camera.name); };
  return fmt::format(
      "name = {}\nsize = [{}, {}]\nmatrix = [{}, {}, {}]\ndistortions = {}\nrotation = {}\n"
      "translation = {}\n{}\n",
      quoted(camera.name), camera.image_size.width, camera.image_size.height, row(0), row(1),
      row(2),
      list(Eigen::Map<const Eigen::VectorXd>(distortion.data(),
                                             static_cast<Eigen::Index>(distortion.size())),
           camera.name),
      list(log_so3(pose.rotation), camera.name), list(pose.translation, camera.name),
      is_fisheye ? "fisheye = true\n" : "");
}

}  // namespace

std::vector<ExportedFile> export_aniposelib(const Calibration& calibration) {
  std::string text;
  for (std::size_t i = 0; i < calibration.cameras.size(); ++i)
    text += fmt::format("[cam_{}]\n{}", i, camera_table(calibration, calibration.cameras[i]));
  return {{"calibration.toml", text + "[metadata]\n"}};
}

}  // namespace calib
