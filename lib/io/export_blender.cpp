// Exports a Python script that adds the cameras to a scene of Blender (its Python API: bpy.types.
// Camera). A camera of Blender looks along -z with y up. It has no distortion, so that its renders
// match undistorted pictures with the same camera matrix. The sensor is fitted to the wider side,
// and shifts are in units of it. Pixels that are not square are the aspect of the scene's render
// settings, which all cameras have in common, so that each camera has its own in a comment. Blender
// counts heights in widths of a pixel.

#include <fmt/format.h>

#include "io/export_list.hpp"
#include "io/export_parts.hpp"
#include "io/yaml_writer.hpp"

namespace calib {
namespace {

constexpr const char* kScript = R"(
import bpy
import mathutils

for name, size, lens_mm, shift, matrix in CAMERAS:
    data = bpy.data.cameras.new(name)
    data.sensor_fit = "HORIZONTAL" if size[0] >= size[1] else "VERTICAL"
    data.sensor_width = data.sensor_height = 36.0
    data.lens = lens_mm
    data.shift_x, data.shift_y = shift
    camera = bpy.data.objects.new(name, data)
    camera.matrix_world = mathutils.Matrix(matrix)
    bpy.context.scene.collection.objects.link(camera)
)";

// The center of the picture is at ((width - 1) / 2, (height - 1) / 2).
std::string blender_camera(const Calibration& calibration, const Camera& camera) {
  constexpr double kSensor_mm = 36;
  const std::vector<double>& p = camera.intrinsics->parameters;
  const double width = camera.image_size.width, height = camera.image_size.height;
  const double pixel_height = p[0] / p[1];  // in widths
  const double side = width >= height ? width : pixel_height * height;
  const Eigen::Vector4d turn(1, -1, -1, 1);
  const Eigen::Matrix4d matrix =
      world_pose_or_identity(calibration, camera).inverse().matrix() * turn.asDiagonal();
  const auto number = [&](double value) { return yaml_number(value + 0.0, camera.name); };
  return fmt::format("    ({}, ({}, {}), {}, ({}, {}),\n     {}),  # fy / fx = {}\n",
                     '"' + camera.name + '"', camera.image_size.width, camera.image_size.height,
                     number(p[0] * kSensor_mm / side), number(((width - 1) / 2 - p[2]) / side),
                     number(pixel_height * (p[3] - (height - 1) / 2) / side),
                     yaml_matrix(matrix + Eigen::Matrix4d::Zero(), camera.name),
                     number(p[1] / p[0]));
}

}  // namespace

std::vector<ExportedFile> export_blender(const Calibration& calibration) {
  std::string text =
      "# Adds the cameras of a rig to the scene: run it in Blender's text editor, or with\n"
      "# blender --python cameras.py. The pictures must be undistorted. Lengths are in meters.\n"
      "CAMERAS = [\n    # name, (width, height), lens in mm of a 36 mm sensor, shift, "
      "matrix_world\n";
  for (const Camera& camera : calibration.cameras) text += blender_camera(calibration, camera);
  return {{"cameras.py", text + "]\n" + kScript}};
}

}  // namespace calib
