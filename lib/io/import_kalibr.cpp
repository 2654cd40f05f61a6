// Imports Kalibr's camchain.yaml (see export_kalibr.cpp).

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/append.hpp"
#include "base/errors.hpp"
#include "base/text.hpp"
#include "camera/model_list.hpp"
#include "io/artifact_parts.hpp"
#include "io/export_parts.hpp"
#include "io/import_list.hpp"
#include "io/import_parts.hpp"
#include "io/pose_yaml.hpp"

namespace calib {
namespace {

struct KalibrLens {
  std::string camera, distortion, model;
  std::size_t leading;  // how many of calib's distortion parameters are before fu fv pu pv
};

const std::vector<KalibrLens>& kalibr_lenses() {
  static const std::vector<KalibrLens> lenses = {{"pinhole", "none", "pinhole", 0},
                                                 {"pinhole", "radtan", "opencv4", 0},
                                                 {"pinhole", "equidistant", "fisheye", 0},
                                                 {"omni", "radtan", "omni", 1},
                                                 {"omni", "none", "omni", 1},
                                                 {"eucm", "none", "eucm", 2},
                                                 {"ds", "none", "double_sphere", 2}};
  return lenses;
}

const KalibrLens& find_lens(const YamlNode& node) {
  const std::string camera = node["camera_model"].text();
  const std::string distortion = node["distortion_model"].text();
  std::vector<std::string> known;
  for (const KalibrLens& lens : kalibr_lenses()) {
    if (lens.camera == camera && lens.distortion == distortion) return lens;
    known.push_back(lens.camera + "-" + lens.distortion);
  }
  node["camera_model"].fail(
      fmt::format("found camera_model {} with distortion_model {} for {}, expected one of {}",
                  camera, distortion, node.what(), join(known, ", ")));
}

constexpr std::size_t kDistortionCount = 4;  // of radtan and equidistant

Intrinsics read_lens(const YamlNode& node, ImageSize size) {
  const KalibrLens& lens = find_lens(node);
  const YamlNode place = node["intrinsics"];
  Intrinsics intrinsics{lens.model, size, place.numbers(lens.leading + kLinearCount)};
  std::vector<double>& parameters = intrinsics.parameters;
  // The leading parameters go behind fx fy cx cy.
  std::rotate(parameters.begin(), parameters.begin() + static_cast<std::ptrdiff_t>(lens.leading),
              parameters.end());
  append(parameters,
         node["distortion_coeffs"].numbers(lens.distortion == "none" ? 0 : kDistortionCount));
  parameters.resize(parameter_names(lens.model).size());  // omni-none has no distortion
  checked_camera_matrix(camera_matrix(intrinsics), place);
  return intrinsics;
}

// The NAME in a topic /NAME/image_raw, or the key (cam0) if the topic has another form.
std::string read_name(const YamlNode& node, const std::string& key) {
  constexpr std::string_view kEnd = "/image_raw";
  const auto topic = node.find("rostopic");
  if (!topic) return key;
  const std::string text = topic->text();
  if (!text.starts_with('/') || !text.ends_with(kEnd) || text.size() <= kEnd.size() + 1) return key;
  const std::string name = text.substr(1, text.size() - kEnd.size() - 1);
  return name.find('/') == std::string::npos ? name : key;
}

Camera read_camera(const std::string& key, const YamlNode& node, const Camera* previous) {
  Camera camera{.name = read_name(node, key), .image_size = read_imported_size(node["resolution"])};
  camera.intrinsics = read_lens(node, camera.image_size);
  if (const auto shift = node.find("timeshift_cam_imu"))
    camera.time = CameraTime{.offset_s = shift->number()};
  if (!previous) {
    camera.T_cam_rig = Pose{};
    return camera;
  }
  const auto T_cn_cnm1 = node.find("T_cn_cnm1");
  if (!T_cn_cnm1) {
    node.fail_at_key(fmt::format(
        "missing key 'T_cn_cnm1' in {}, expected the 4x4 pose to the camera before: calibrate the "
        "cameras in one run of Kalibr, or import each from a file of its own",
        node.what()));
  }
  camera.T_cam_rig = pose_from_matrix(read_rigid_matrix(*T_cn_cnm1)) * *previous->T_cam_rig;
  return camera;
}

// Kalibr's time shifts are beside an IMU, calib's time offsets beside the first camera.
void count_from_first(std::vector<Camera>& cameras) {
  const double first = cameras[0].time.value_or(CameraTime{}).offset_s;
  for (Camera& camera : cameras)
    if (camera.time) camera.time->offset_s -= first;
  if (std::none_of(cameras.begin(), cameras.end(), [](const Camera& camera) {
        return camera.time && camera.time->offset_s != 0;
      })) {
    for (Camera& camera : cameras) camera.time.reset();
  }
}

}  // namespace

std::vector<Camera> import_kalibr(const std::vector<ImportedFile>& files) {
  const ImportedFile& file = only_file(files, "camchain.yaml");
  const YamlNode root = YamlNode::parse(file.text, file.path.string());
  std::vector<Camera> cameras;
  for (const auto& [key, node] : root.entries()) {
    const std::string expected = fmt::format("cam{}", cameras.size());
    if (key != expected) {
      node.fail_at_key(fmt::format(
          "found the key '{}', expected '{}': a chain has its cameras in order", key, expected));
    }
    cameras.push_back(read_camera(key, node, cameras.empty() ? nullptr : &cameras.back()));
  }
  if (cameras.empty()) root.fail("found no camera, expected cam0, cam1, ...");
  if (cameras.size() == 1) cameras[0].T_cam_rig.reset();
  count_from_first(cameras);
  return cameras;
}

}  // namespace calib
