// Reads and writes rectification.yaml: the rectified sets with OpenCV's matrices R, P and Q.

#include <fmt/format.h>

#include <algorithm>

#include "base/errors.hpp"
#include "base/text.hpp"
#include "io/artifact_parts.hpp"
#include "io/artifacts.hpp"
#include "io/pose_yaml.hpp"
#include "io/yaml_writer.hpp"

namespace calib {
namespace {

std::string rect_text(const PixelRect& rect) {
  return fmt::format("[{}, {}, {}, {}]", rect.x, rect.y, rect.width, rect.height);
}

std::string camera_text(const RectifiedCamera& camera, const std::string& map) {
  const std::string what = fmt::format("the rectification of '{}'", camera.name);
  std::string text = fmt::format(
      "      - name: {}\n        R_rect_cam:{}\n        P:{}\n        valid: {}\n"
      "        scale: {}\n        roll_deg: {}\n",
      yaml_string(camera.name), yaml_matrix_rows(camera.R_rect_cam, 10, what + ", R_rect_cam"),
      yaml_matrix_rows(camera.P, 10, what + ", P"), rect_text(camera.valid),
      yaml_number(camera.scale, what + ", scale"), yaml_number(camera.roll_deg, what + ", roll"));
  if (!map.empty()) text += fmt::format("        map: {}\n", yaml_string(map));
  return text;
}

std::string errors_text(const AlignmentErrors& errors, const std::string& what) {
  return fmt::format("{{corners: {}, mean: {}, p95: {}, max: {}}}", errors.corners,
                     yaml_number(errors.mean_px, what), yaml_number(errors.p95_px, what),
                     yaml_number(errors.max_px, what));
}

std::string pair_text(const RectifiedPair& pair) {
  const std::string what = fmt::format("the pair {},{}", pair.first, pair.second);
  std::string text = fmt::format(
      "      - first: {}\n        second: {}\n        aligned: {}\n        baseline_m: {}\n",
      yaml_string(pair.first), yaml_string(pair.second), pair.vertical ? "columns" : "rows",
      yaml_number(pair.baseline_m, what + ", baseline_m"));
  if (pair.departure_px)
    text += fmt::format("        departure_px: {}\n", yaml_number(*pair.departure_px, what));
  if (pair.errors)
    text += fmt::format("        error_px: {}\n", errors_text(*pair.errors, what + ", error_px"));
  if (pair.matched_share)
    text += fmt::format("        matched_share: {}\n", yaml_number(*pair.matched_share, what));
  if (pair.Q) text += fmt::format("        Q:{}\n", yaml_matrix_rows(*pair.Q, 10, what + ", Q"));
  return text;
}

std::string entry_text(const RectificationEntry& entry) {
  const RectifiedSet& set = entry.set;
  std::string text = fmt::format("  - projection: {}\n    image_size: {}\n    valid: {}\n",
                                 name_of(kProjections, set.projection), size_text(set.image_size),
                                 rect_text(set.valid));
  if (set.distance_m > 0)
    text += fmt::format("    distance_m: {}\n", yaml_number(set.distance_m, "distance_m"));
  if (entry.images > 0) text += fmt::format("    images: {}\n", entry.images);
  if (entry.previews > 0) text += fmt::format("    previews: {}\n", entry.previews);
  text += "    cameras:\n";
  for (std::size_t i = 0; i < set.cameras.size(); ++i)
    text += camera_text(set.cameras[i], i < entry.maps.size() ? entry.maps[i] : "");
  text += set.pairs.empty() ? "    pairs: []\n" : "    pairs:\n";
  for (const RectifiedPair& pair : set.pairs) text += pair_text(pair);
  return text;
}

Eigen::Matrix3d read_rotation(const YamlNode& node) {
  Eigen::Matrix4d motion = Eigen::Matrix4d::Identity();
  motion.topLeftCorner<3, 3>() = read_matrix(node, 3, 3);
  const double error = rigidity_error(motion);
  if (error > 1e-6) {  // the same tolerance as for poses of a calibration
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
  node.expect_keys({"name", "R_rect_cam", "P", "valid", "scale", "roll_deg"}, {"map"});
  require_camera_name(node["name"].text(), node["name"]);
  if (const auto file = node.find("map")) map = file->text();
  return {node["name"].text(),
          read_rotation(node["R_rect_cam"]),
          read_matrix(node["P"], 3, 4),
          read_rect(node["valid"], image_size),
          read_not_negative(node["scale"]),
          node["roll_deg"].number()};
}

AlignmentErrors read_errors(const YamlNode& node) {
  node.expect_keys({"corners", "mean", "p95", "max"});
  return {static_cast<std::size_t>(read_int(node["corners"], 1)), read_not_negative(node["mean"]),
          read_not_negative(node["p95"]), read_not_negative(node["max"])};
}

std::string read_member(const YamlNode& node, const RectifiedSet& set) {
  return node.one_of(camera_names(set));
}

RectifiedPair read_pair(const YamlNode& node, const RectifiedSet& set) {
  node.expect_keys({"first", "second", "aligned", "baseline_m"},
                   {"departure_px", "error_px", "matched_share", "Q"});
  RectifiedPair pair;
  pair.first = read_member(node["first"], set);
  pair.second = read_member(node["second"], set);
  if (pair.first == pair.second) node["second"].fail("the same camera twice in one pair");
  pair.vertical = node["aligned"].one_of({"rows", "columns"}) == "columns";
  pair.baseline_m = read_not_negative(node["baseline_m"]);
  if (const auto found = node.find("departure_px")) pair.departure_px = read_not_negative(*found);
  if (const auto found = node.find("error_px")) pair.errors = read_errors(*found);
  if (const auto found = node.find("matched_share")) pair.matched_share = read_not_negative(*found);
  if (const auto found = node.find("Q")) pair.Q = read_matrix(*found, 4, 4);
  return pair;
}

RectificationEntry read_entry(const YamlNode& node) {
  node.expect_keys({"projection", "image_size", "valid", "cameras", "pairs"},
                   {"distance_m", "images", "previews"});
  RectificationEntry entry;
  RectifiedSet& set = entry.set;
  set.projection = read_named(node["projection"], kProjections);
  set.image_size = read_size(node["image_size"]);
  set.valid = read_rect(node["valid"], set.image_size);
  if (const auto found = node.find("distance_m")) set.distance_m = read_not_negative(*found);
  if (const auto found = node.find("images")) entry.images = read_int(*found, 1);
  if (const auto found = node.find("previews")) entry.previews = read_int(*found, 1);
  const YamlNode cameras = node["cameras"];
  std::vector<std::string> names;
  for (const YamlNode& camera : cameras.items()) {
    set.cameras.push_back(read_camera(camera, set.image_size, entry.maps.emplace_back()));
    const std::string& name = set.cameras.back().name;
    if (std::find(names.begin(), names.end(), name) != names.end())
      camera["name"].fail(fmt::format("two cameras are named '{}'", name));
    names.push_back(name);
  }
  if (set.cameras.empty()) cameras.fail("a rectified set without cameras");
  for (const YamlNode& pair : node["pairs"].items()) set.pairs.push_back(read_pair(pair, set));
  return entry;
}

}  // namespace

std::string to_yaml(const RectificationEntries& rectification) {
  std::string text = head_text("rectification");
  text += rectification.sets.empty() ? "sets: []\n" : "sets:\n";
  for (const RectificationEntry& entry : rectification.sets) {
    require_camera_names(camera_names(entry.set));
    text += entry_text(entry);
  }
  return text + tail_text(rectification.provenance);
}

template <>
RectificationEntries parse_artifact(std::string text, const std::filesystem::path& file) {
  const YamlNode root = parse_kind(std::move(text), file, "rectification");
  root.expect_keys({"kind", "sets"}, {"calib_version", "provenance"});
  RectificationEntries rectification;
  for (const YamlNode& node : root["sets"].items()) rectification.sets.push_back(read_entry(node));
  if (const auto node = root.find("provenance")) rectification.provenance = read_provenance(*node);
  return rectification;
}

}  // namespace calib
