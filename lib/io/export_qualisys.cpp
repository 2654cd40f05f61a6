// Exports the calibration of Qualisys Track Manager as XML (QTM real-time protocol, "calibration
// parameters"): <transform> has the center x y z of the camera in the world, in millimeters, and
// the matrix r11 to r33, which turns directions of the world to those of a camera with x right, y
// up and z backward. <intrinsic> is in units of 1/64 pixel, and its coefficients are those of
// OpenCV.

#include <fmt/format.h>

#include "io/export_list.hpp"
#include "io/export_parts.hpp"
#include "io/xml_tree.hpp"
#include "io/yaml_writer.hpp"

namespace calib {
namespace {

constexpr double kUnitsPerPixel = 64;

std::string qca_attribute(const std::string& key, double value) {
  return fmt::format(" {}=\"{}\"", key, yaml_number(value + 0.0, key));
}

std::string qca_fov(const char* name, ImageSize size) {
  return fmt::format("      <{} left=\"0\" top=\"0\" right=\"{}\" bottom=\"{}\"/>\n", name,
                     size.width - 1, size.height - 1);
}

std::string qca_transform(const Calibration& calibration, const Camera& camera) {
  const Pose T_cam_world = world_pose_or_identity(calibration, camera);
  const Eigen::Vector3d center = T_cam_world.inverse().translation;
  const Eigen::Matrix3d R =
      Eigen::Vector3d(1, -1, -1).asDiagonal() * T_cam_world.rotation.toRotationMatrix();
  std::string text = qca_attribute("x", center.x()) + qca_attribute("y", center.y()) +
                     qca_attribute("z", center.z());
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) text += qca_attribute(fmt::format("r{}{}", i + 1, j + 1), R(i, j));
  return "      <transform" + text + "/>\n";
}

std::string qca_intrinsic(const Camera& camera) {
  const std::vector<double>& p = camera.intrinsics->parameters;
  const std::vector<double> k = distortion_of(*camera.intrinsics, 5);
  std::string text = qca_attribute("sensorMinU", 0) +
                     qca_attribute("sensorMaxU", kUnitsPerPixel * camera.image_size.width - 1) +
                     qca_attribute("sensorMinV", 0) +
                     qca_attribute("sensorMaxV", kUnitsPerPixel * camera.image_size.height - 1);
  text += qca_attribute("focalLengthU", kUnitsPerPixel * p[0]) +
          qca_attribute("focalLengthV", kUnitsPerPixel * p[1]) +
          qca_attribute("centerPointU", kUnitsPerPixel * p[2]) +
          qca_attribute("centerPointV", kUnitsPerPixel * p[3]) + qca_attribute("skew", 0) +
          qca_attribute("radialDistortion1", k[0]) + qca_attribute("radialDistortion2", k[1]) +
          qca_attribute("radialDistortion3", k[4]) + qca_attribute("tangentalDistortion1", k[2]) +
          qca_attribute("tangentalDistortion2", k[3]);
  return "      <intrinsic" + text + "/>\n";
}

}  // namespace

std::vector<ExportedFile> export_qualisys(const Calibration& calibration) {
  std::string text =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<calibration type=\"regular\">\n  <cameras>\n";
  for (const Camera& camera : calibration.cameras) {
    text += fmt::format(
        "    <camera active=\"1\" calibrated=\"true\" serial=\"{}\" model=\"\" "
        "viewrotation=\"0\">\n",
        xml_escaped(camera.name));
    for (const char* name : {"fov_marker", "fov_marker_max", "fov_video", "fov_video_max"})
      text += qca_fov(name, camera.image_size);
    text += qca_transform(calibration, camera) + qca_intrinsic(camera) + "    </camera>\n";
  }
  return {{"calibration.qca.txt", text + "  </cameras>\n</calibration>\n"}};
}

}  // namespace calib
