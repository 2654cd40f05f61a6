// rectification.yaml: the rectified pairs, in OpenCV's terms.

#include <fmt/format.h>

#include "base/text.hpp"
#include "io/artefact_parts.hpp"
#include "io/artefacts.hpp"
#include "io/pose_yaml.hpp"
#include "io/yaml_writer.hpp"

namespace calib {
namespace {

std::string camera_text(const char* side, const RectifiedCamera& camera, const std::string& map) {
  const std::string what = fmt::format("the rectification of '{}'", camera.name);
  std::string text = fmt::format(
      "    {}:\n      camera: {}\n      R_rect_cam:{}\n      P:{}\n      valid: [{}, {}, {}, {}]\n",
      side, yaml_string(camera.name), yaml_matrix_rows(camera.R_rect_cam, 8, what + ", R_rect_cam"),
      yaml_matrix_rows(camera.P, 8, what + ", P"), camera.valid.x, camera.valid.y,
      camera.valid.width, camera.valid.height);
  if (!map.empty()) text += fmt::format("      map: {}\n", yaml_string(map));
  return text;
}

std::string entry_text(const RectificationEntry& entry) {
  const RectifiedPair& pair = entry.pair;
  const std::string what = fmt::format("the pair {},{}", pair.first.name, pair.second.name);
  std::string text =
      fmt::format("  - vertical: {}\n    image_size: {}\n    baseline_m: {}\n", pair.vertical,
                  size_text(pair.image_size), yaml_number(pair.baseline_m, what + ", baseline_m"));
  if (entry.row_error_mean_px) {
    text += fmt::format("    row_error_mean_px: {}\n",
                        yaml_number(*entry.row_error_mean_px, what + ", row_error_mean_px"));
  }
  text += camera_text("first", pair.first, entry.first_map);
  text += camera_text("second", pair.second, entry.second_map);
  return text + fmt::format("    Q:{}\n", yaml_matrix_rows(pair.Q, 6, what + ", Q"));
}

Eigen::Matrix3d read_rotation(const YamlNode& node) {
  Eigen::Matrix4d motion = Eigen::Matrix4d::Identity();
  motion.topLeftCorner<3, 3>() = read_matrix(node, 3, 3);
  const double error = rigidity_error(motion);
  if (error > 1e-6) {  // as for the poses of a calibration
    node.fail(fmt::format("{} is not a rotation: it is off by {:.2g}", node.what(), error));
  }
  return motion.topLeftCorner<3, 3>();
}

PixelRect read_rect(const YamlNode& node, ImageSize image_size) {
  const std::vector<int> v = read_ints(node, 4, 0);
  if (v[2] > image_size.width - v[0] || v[3] > image_size.height - v[1]) {
    node.fail(fmt::format("{} (x, y, width, height) reaches beyond the {} image", node.what(),
                          to_text(image_size)));
  }
  return {v[0], v[1], v[2], v[3]};
}

RectifiedCamera read_camera(const YamlNode& node, ImageSize image_size, std::string& map) {
  node.expect_keys({"camera", "R_rect_cam", "P", "valid"}, {"map"});
  if (const auto file = node.find("map")) map = file->text();
  return {node["camera"].text(), read_rotation(node["R_rect_cam"]), read_matrix(node["P"], 3, 4),
          read_rect(node["valid"], image_size)};
}

RectificationEntry read_entry(const YamlNode& node) {
  node.expect_keys({"vertical", "image_size", "baseline_m", "first", "second", "Q"},
                   {"row_error_mean_px"});
  RectificationEntry entry;
  RectifiedPair& pair = entry.pair;
  pair.vertical = node["vertical"].boolean();
  pair.image_size = read_size(node["image_size"]);
  pair.baseline_m = read_not_negative(node["baseline_m"]);
  if (const auto error = node.find("row_error_mean_px"))
    entry.row_error_mean_px = read_not_negative(*error);
  pair.first = read_camera(node["first"], pair.image_size, entry.first_map);
  pair.second = read_camera(node["second"], pair.image_size, entry.second_map);
  pair.Q = read_matrix(node["Q"], 4, 4);
  return entry;
}

}  // namespace

std::string to_yaml(const std::vector<RectificationEntry>& rectification,
                    const Provenance& provenance) {
  std::string text = head_text("rectification");
  text += rectification.empty() ? "pairs: []\n" : "pairs:\n";
  for (const RectificationEntry& entry : rectification) text += entry_text(entry);
  return text + provenance_text(provenance);
}

std::vector<RectificationEntry> read_rectification(const std::filesystem::path& file) {
  const YamlNode root = load_artefact(file, "rectification");
  root.expect_keys({"kind", "pairs"}, {"calib_version", "provenance"});
  std::vector<RectificationEntry> entries;
  for (const YamlNode& node : root["pairs"].items()) entries.push_back(read_entry(node));
  // So that a mistake there is an Error here, though only read_provenance() returns it.
  if (const auto node = root.find("provenance")) read_provenance(*node);
  return entries;
}

}  // namespace calib
