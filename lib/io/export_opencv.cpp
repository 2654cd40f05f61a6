// Exports OpenCV's FileStorage as YAML and JSON (OpenCV 4 documentation: "File Input and Output
// using XML / YAML / JSON files"). The keys are those of OpenCV's samples: camera_calibration.cpp
// (image_width, ..., distortion_coefficients, fisheye_model), stereo_calib.cpp (M1 D1 M2 D2 and R T
// R1 R2 P1 P2 Q), and omni_calibration.cpp of opencv_contrib (xi, with K and four coefficients).
// OpenCV has no keys for camera_name, and for poses.yml with the T_cam_rig of every camera.

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "io/export_list.hpp"
#include "io/export_parts.hpp"
#include "io/yaml_writer.hpp"
#include "scene/world.hpp"

namespace calib {
namespace {

using Json = nlohmann::ordered_json;

Json opencv_matrix(const Eigen::Ref<const Eigen::MatrixXd>& matrix) {
  return {{"type_id", "opencv-matrix"},
          {"rows", matrix.rows()},
          {"cols", matrix.cols()},
          {"dt", "d"},
          {"data", row_by_row(matrix)}};
}

// A column, as cv::calibrateCamera returns it. It has at least four numbers, because OpenCV does
// not accept an empty matrix.
Json distortion_json(const Intrinsics& intrinsics) {
  std::vector<double> distortion = distortion_of(intrinsics, 4);
  if (intrinsics.model == "omni") distortion.erase(distortion.begin());  // xi has its own key
  return opencv_matrix(Eigen::Map<const Eigen::VectorXd>(
      distortion.data(), static_cast<Eigen::Index>(distortion.size())));
}

Json camera_json(const Camera& camera) {
  const Intrinsics& intrinsics = *camera.intrinsics;
  Json json = {{"camera_name", camera.name},
               {"image_width", camera.image_size.width},
               {"image_height", camera.image_size.height}};
  if (intrinsics.model == "fisheye") json["fisheye_model"] = 1;
  json["camera_matrix"] = opencv_matrix(camera_matrix(intrinsics));
  json["distortion_coefficients"] = distortion_json(intrinsics);
  if (intrinsics.model == "omni") json["xi"] = distortion_of(intrinsics)[0];
  return json;
}

Json poses_json(const Calibration& calibration) {
  Json json = {{"cameras", Json::array()}};
  for (const Camera& camera : calibration.cameras) {
    if (!camera.T_cam_rig) continue;
    json["cameras"].push_back(
        {{"camera_name", camera.name}, {"T_cam_rig", opencv_matrix(camera.T_cam_rig->matrix())}});
    if (calibration.world) {
      json["cameras"].back()["T_cam_world"] =
          opencv_matrix(T_cam_world(calibration, camera)->matrix());
    }
  }
  return json;
}

Json pair_intrinsics_json(const Camera& left, const Camera& right) {
  Json json = {{"image_width", left.image_size.width}, {"image_height", left.image_size.height}};
  if (left.intrinsics->model == "fisheye") json["fisheye_model"] = 1;
  json["M1"] = opencv_matrix(camera_matrix(*left.intrinsics));
  json["D1"] = distortion_json(*left.intrinsics);
  json["M2"] = opencv_matrix(camera_matrix(*right.intrinsics));
  json["D2"] = distortion_json(*right.intrinsics);
  return json;
}

Json pair_extrinsics_json(const Camera& left, const Camera& right, const RectifiedSet& set) {
  const Pose T_right_left = *right.T_cam_rig * left.T_cam_rig->inverse();
  Json json = {{"R", opencv_matrix(T_right_left.rotation.toRotationMatrix())},
               {"T", opencv_matrix(T_right_left.translation)},
               {"R1", opencv_matrix(set.cameras[0].R_rect_cam)},
               {"R2", opencv_matrix(set.cameras[1].R_rect_cam)},
               {"P1", opencv_matrix(set.cameras[0].P)},
               {"P2", opencv_matrix(set.cameras[1].P)}};
  if (!set.pairs.empty() && set.pairs[0].Q) json["Q"] = opencv_matrix(*set.pairs[0].Q);
  return json;
}

// Whether OpenCV can rectify the pair: cv::stereoRectify and cv::fisheye::stereoRectify need two
// lenses of the same kind, and omni lenses have no such function.
bool is_opencv_pair(const Camera& a, const Camera& b) {
  const auto kind = [](const Camera& camera) {
    const std::string& model = camera.intrinsics->model;
    return model == "fisheye" || model == "omni" ? model : std::string("opencv");
  };
  return kind(a) == kind(b) && kind(a) != "omni";
}

// The documents of a calibration, with the names of their files without extension.
std::vector<std::pair<std::string, Json>> documents(const Calibration& calibration) {
  std::vector<std::pair<std::string, Json>> result;
  for (const Camera& camera : calibration.cameras)
    result.emplace_back(file_stem(camera), camera_json(camera));
  const Json poses = poses_json(calibration);
  if (!poses["cameras"].empty()) result.emplace_back("poses", poses);
  const auto set = rectified_pair(calibration);
  if (!set || !is_opencv_pair(calibration.cameras[0], calibration.cameras[1])) return result;
  const Camera& left = *find_camera(calibration, set->cameras[0].name);
  const Camera& right = *find_camera(calibration, set->cameras[1].name);
  result.emplace_back("intrinsics", pair_intrinsics_json(left, right));
  result.emplace_back("extrinsics", pair_extrinsics_json(left, right, *set));
  return result;
}

std::string yaml_scalar(const Json& value) {
  if (value.is_string()) return yaml_string(value.get<std::string>());
  if (value.is_number_float()) return yaml_number(value.get<double>(), "a number");
  return value.dump();
}

// A map as FileStorage writes it, with an indentation of three blanks per level.
std::string yaml_map(const Json& map, int indent) {
  constexpr int kStep = 3;
  std::string text;
  for (const auto& [key, value] : map.items()) {
    if (key == "type_id") continue;  // It is written as a tag.
    text += fmt::format("{:{}}{}:", "", indent, key);
    if (value.is_object()) {
      const char* tag = value.contains("type_id") ? " !!opencv-matrix" : "";
      text += fmt::format("{}\n{}", tag, yaml_map(value, indent + kStep));
    } else if (key == "data") {
      text += fmt::format(" {}\n", yaml_list(value.get<std::vector<double>>(), "a number"));
    } else if (value.is_array()) {
      text += "\n";
      for (const Json& item : value)
        text += fmt::format("{:{}}-\n{}", "", indent + kStep, yaml_map(item, indent + 2 * kStep));
    } else {
      text += fmt::format(" {}\n", yaml_scalar(value));
    }
  }
  return text;
}

}  // namespace

std::vector<ExportedFile> export_opencv(const Calibration& calibration) {
  std::vector<ExportedFile> files;
  for (const auto& [stem, document] : documents(calibration))
    files.push_back({stem + ".yml", "%YAML:1.0\n---\n" + yaml_map(document, 0)});
  return files;
}

std::vector<ExportedFile> export_opencv_json(const Calibration& calibration) {
  std::vector<ExportedFile> files;
  for (const auto& [stem, document] : documents(calibration))
    files.push_back({stem + ".json", document.dump(4) + "\n"});
  return files;
}

}  // namespace calib
