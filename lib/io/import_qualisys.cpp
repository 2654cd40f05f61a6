// Imports the calibration of Qualisys Track Manager (see export_qualisys.cpp): of the pictures as
// the sensor has them, whatever viewrotation says.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/errors.hpp"
#include "base/text.hpp"
#include "io/import_list.hpp"
#include "io/import_parts.hpp"
#include "io/xml_tree.hpp"

namespace calib {
namespace {

const XmlElement* find_below(const XmlElement& element, const std::string& name) {
  if (element.name == name) return &element;
  for (const XmlElement& child : element.children)
    if (const XmlElement* found = find_below(child, name)) return found;
  return nullptr;
}

int read_fov_side(const XmlElement& fov, const char* low, const char* high) {
  const double side = fov.number(high) - fov.number(low) + 1;
  constexpr int kLargestSide = 1 << 16;
  if (!(side >= 1 && side <= kLargestSide) || side != std::round(side))
    fov.fail(fmt::format("found '{}' to '{}' for a side of the picture, expected whole pixels",
                         fov.text(low), fov.text(high)));
  return static_cast<int>(side);
}

// The size of the picture, or of the sensor where the file is in whole pixels and has no more.
ImageSize read_qualisys_size(const XmlElement& camera, const XmlElement& intrinsic) {
  for (const char* name : {"fov_video_max", "fov_video", "fov_marker_max", "fov_marker"}) {
    if (const XmlElement* fov = camera.find_child(name))
      return {read_fov_side(*fov, "left", "right"), read_fov_side(*fov, "top", "bottom")};
  }
  const double width = intrinsic.number("sensorMaxU"), height = intrinsic.number("sensorMaxV");
  if (!(width >= 1 && width < 1e4 && height >= 1 && height < 1e4))
    camera.fail("found no <fov_video_max> in <camera>, expected the size of the pictures there");
  return {static_cast<int>(width), static_cast<int>(height)};
}

// How many units of the file a pixel has: 64 in files of QTM, 1 in those that other tools write.
double units_per_pixel(const XmlElement& intrinsic, ImageSize size) {
  const double range = intrinsic.number("sensorMaxU") - intrinsic.number("sensorMinU");
  return range > 2.0 * size.width ? std::round((range + 1) / size.width) : 1;
}

Intrinsics read_qualisys_lens(const XmlElement& intrinsic, ImageSize size) {
  const double unit = units_per_pixel(intrinsic, size);
  const auto number = [&](const char* key) { return intrinsic.number(key); };
  const double fx = number("focalLengthU") / unit, fy = number("focalLengthV") / unit;
  if (!(fx > 0) || !(fy > 0)) intrinsic.fail("expected focal lengths above 0");
  if (intrinsic.find("skew") && number("skew") != 0)
    intrinsic.fail("found a skew, expected 0: no lens model here has one");
  const std::vector<double> k = {
      number("radialDistortion1"), number("radialDistortion2"), number("tangentalDistortion1"),
      number("tangentalDistortion2"),
      intrinsic.find("radialDistortion3") ? number("radialDistortion3") : 0};
  const bool is_plain = std::all_of(k.begin(), k.end(), [](double value) { return value == 0; });
  Intrinsics lens = make_intrinsics(is_plain ? "pinhole" : "opencv5", size, fx, fy,
                                    number("centerPointU") / unit, number("centerPointV") / unit);
  if (!is_plain) std::copy(k.begin(), k.end(), lens.parameters.begin() + 4);
  return lens;
}

// Files have six decimals, so that the rotation is made orthonormal.
Pose read_qualisys_pose(const XmlElement& transform) {
  constexpr double kMostError = 1e-4;
  Eigen::Matrix4d T_qtm_world = Eigen::Matrix4d::Identity();
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j)
      T_qtm_world(i, j) = transform.number(fmt::format("r{}{}", i + 1, j + 1));
  if (rigidity_error(T_qtm_world) > kMostError)
    transform.fail("r11 to r33 are not a rotation, expected orthonormal rows");
  const Eigen::Vector3d center(transform.number("x"), transform.number("y"), transform.number("z"));
  const Eigen::Quaterniond half_turn(0, 1, 0, 0);
  const Eigen::Quaterniond rotation =
      (half_turn * pose_from_matrix(T_qtm_world).rotation).normalized();
  return {rotation, -(rotation * center)};
}

Camera read_qualisys_camera(const XmlElement& element) {
  const XmlElement& intrinsic = element.child("intrinsic");
  Camera camera{.name = element.text("serial"),
                .image_size = read_qualisys_size(element, intrinsic)};
  camera.intrinsics = read_qualisys_lens(intrinsic, camera.image_size);
  camera.T_cam_rig = read_qualisys_pose(element.child("transform"));
  return camera;
}

}  // namespace

std::vector<Camera> import_qualisys(const std::vector<ImportedFile>& files) {
  const ImportedFile& file = only_file(files, "calibration");
  const XmlElement root = parse_xml(file.text, file.path.string());
  const XmlElement* list = find_below(root, "cameras");
  if (!list) root.fail("found no <cameras>, expected a calibration of Qualisys Track Manager");
  std::vector<Camera> cameras;
  for (const XmlElement& element : list->children)
    if (element.name == "camera") cameras.push_back(read_qualisys_camera(element));
  if (cameras.empty()) list->fail("found no <camera> in <cameras>, expected at least one");
  if (cameras.size() == 1) cameras[0].T_cam_rig.reset();
  return cameras;
}

}  // namespace calib
