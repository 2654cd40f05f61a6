// Exports mrcal's .cameramodel (mrcal 2.2 documentation: "Camera model representation", "Lens
// models"), a Python dictionary. The extrinsics are rt_fromref: a Rodrigues vector and a
// translation that map points from the reference, here the world, to the camera.

#include <fmt/format.h>

#include "base/text.hpp"
#include "io/export_list.hpp"
#include "io/export_parts.hpp"
#include "io/yaml_writer.hpp"

namespace calib {
namespace {

std::string lens_model(const std::string& model) {
  if (model == "pinhole") return "LENSMODEL_PINHOLE";
  return "LENSMODEL_OPENCV" + model.substr(std::string("opencv").size());
}

std::string cameramodel_text(const Calibration& calibration, const Camera& camera) {
  const Pose pose = world_pose_or_identity(calibration, camera);
  const Eigen::Vector3d r = log_so3(pose.rotation), &t = pose.translation;
  const std::vector<double> extrinsics = {r.x(), r.y(), r.z(), t.x(), t.y(), t.z()};
  return fmt::format(
      "{{\n    'lensmodel': '{}',\n\n    # fx, fy, cx, cy, then the distortion\n"
      "    'intrinsics': {},\n\n    # rt_fromref\n    'extrinsics': {},\n\n"
      "    'imagersize': [{}, {}],\n}}\n",
      lens_model(camera.intrinsics->model), yaml_list(camera.intrinsics->parameters, camera.name),
      yaml_list(extrinsics, camera.name), camera.image_size.width, camera.image_size.height);
}

}  // namespace

std::vector<ExportedFile> export_mrcal(const Calibration& calibration) {
  std::vector<ExportedFile> files;
  for (const Camera& camera : calibration.cameras)
    files.push_back({file_stem(camera) + ".cameramodel", cameramodel_text(calibration, camera)});
  return files;
}

}  // namespace calib
