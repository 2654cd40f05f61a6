// Reads and writes design.yaml: the accuracy that a planned rig will have.

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "base/text.hpp"
#include "io/artifact_parts.hpp"
#include "io/artifacts.hpp"
#include "io/yaml_writer.hpp"

namespace calib {
namespace {

constexpr int kGridPoints = PointGrid::kX * PointGrid::kY * PointGrid::kZ;

std::string number_text(double value) { return yaml_number(value, "design"); }

std::string vector_text(const Eigen::Vector3d& value) {
  return yaml_list(std::span<const double>(value.data(), 3), "design");
}

std::string designed_camera_text(const DesignedCamera& camera) {
  std::vector<std::string> lens;
  for (const auto& [name, std] : camera.lens)
    lens.push_back(fmt::format("{}: {}", name, number_text(std)));
  std::string text = fmt::format(
      "  {}:\n    model: {}\n    image_size: {}\n    boards: {}\n    lens_std: {{{}}}\n"
      "    pixel_std: {{median: {}, worst: {}}}\n",
      yaml_string(camera.name), camera.model, size_text(camera.image_size), camera.boards,
      join(lens, ", "), number_text(camera.pixel_median), number_text(camera.pixel_worst));
  if (camera.rotation_rad && camera.center_m) {
    text += fmt::format("    pose_std: {{rotation_rad: {}, center_m: {}}}\n",
                        vector_text(*camera.rotation_rad), vector_text(*camera.center_m));
  }
  return text;
}

std::string volume_text(const DesignSummary& design) {
  std::vector<double> values = design.points.std_m;
  for (double& value : values) value = std::isnan(value) ? 0 : value;
  return fmt::format(
      "volume:\n  frame: {}\n  low_m: {}\n  high_m: {}\n  mean_m: {}\n  worst_m: {}\n"
      "  calibration_m: {}\n  seen_share: {}\n  grid: [{}, {}, {}]\n  std_m: {}\n",
      design.in_room ? "room" : "rig", vector_text(design.box.min()), vector_text(design.box.max()),
      number_text(design.points.mean_m), number_text(design.points.worst_m),
      number_text(design.points.calibration_m), number_text(design.points.seen_share),
      PointGrid::kX, PointGrid::kY, PointGrid::kZ, yaml_list(values, "std_m"));
}

std::string change_text(const DesignedChange& change) {
  if (!change.determined)
    return fmt::format("  - {{change: {}, determined: false}}\n", yaml_string(change.text));
  return fmt::format(
      "  - {{change: {}, determined: true, mean_m: {}, worst_m: {}, calibration_m: {}}}\n",
      yaml_string(change.text), number_text(change.mean_m), number_text(change.worst_m),
      number_text(change.calibration_m));
}

Eigen::Vector3d read_vector(const YamlNode& node) {
  return Eigen::Vector3d(node.numbers(3).data());
}

DesignedCamera read_designed_camera(const std::string& name, const YamlNode& node) {
  node.expect_keys({"model", "image_size", "boards", "lens_std", "pixel_std"}, {"pose_std"});
  require_camera_name(name, node);
  DesignedCamera camera{name, node["model"].one_of(model_names()), read_size(node["image_size"]),
                        read_int(node["boards"], 0)};
  for (const auto& [parameter, value] : node["lens_std"].entries())
    camera.lens.emplace_back(parameter, read_not_negative(value));
  const YamlNode pixel = node["pixel_std"];
  pixel.expect_keys({"median", "worst"});
  camera.pixel_median = read_not_negative(pixel["median"]);
  camera.pixel_worst = read_not_negative(pixel["worst"]);
  if (const auto pose = node.find("pose_std")) {
    pose->expect_keys({"rotation_rad", "center_m"});
    camera.rotation_rad = read_vector((*pose)["rotation_rad"]);
    camera.center_m = read_vector((*pose)["center_m"]);
  }
  return camera;
}

void read_volume(const YamlNode& node, DesignSummary& design) {
  node.expect_keys({"frame", "low_m", "high_m", "mean_m", "worst_m", "calibration_m", "seen_share",
                    "grid", "std_m"});
  design.in_room = node["frame"].one_of({"room", "rig"}) == "room";
  design.box = {read_vector(node["low_m"]), read_vector(node["high_m"])};
  design.points.mean_m = read_not_negative(node["mean_m"]);
  design.points.worst_m = read_not_negative(node["worst_m"]);
  design.points.calibration_m = read_not_negative(node["calibration_m"]);
  design.points.seen_share = read_not_negative(node["seen_share"]);
  if (read_ints(node["grid"], 3, 1) !=
      std::vector<int>{PointGrid::kX, PointGrid::kY, PointGrid::kZ}) {
    node["grid"].fail(
        fmt::format("expected the grid [{}, {}, {}]", PointGrid::kX, PointGrid::kY, PointGrid::kZ));
  }
  design.points.std_m = node["std_m"].numbers(kGridPoints);
  for (double& value : design.points.std_m)
    value = value > 0 ? value : std::numeric_limits<double>::quiet_NaN();
}

DesignedChange read_change(const YamlNode& node) {
  node.expect_keys({"change", "determined"}, {"mean_m", "worst_m", "calibration_m"});
  DesignedChange change{node["change"].text(), node["determined"].boolean()};
  if (!change.determined) return change;
  change.mean_m = read_not_negative(node["mean_m"]);
  change.worst_m = read_not_negative(node["worst_m"]);
  change.calibration_m = read_not_negative(node["calibration_m"]);
  return change;
}

}  // namespace

std::string to_yaml(const DesignSummary& design) {
  std::string text = head_text("design");
  text += fmt::format(
      "board: {}\nplan: {{shots: {}, placed: {}, near_m: {}, far_m: {}, max_tilt_deg: {}}}\n"
      "noise: {{corner_px: {}, point_px: {}, exact_board: {}}}\ncameras:\n",
      board_text(design.board), design.shots, design.placed, number_text(design.near_m),
      number_text(design.far_m), number_text(design.max_tilt_deg), number_text(design.corner_px),
      number_text(design.point_px), design.exact_board);
  for (const DesignedCamera& camera : design.cameras) text += designed_camera_text(camera);
  text += "pairs:\n";
  for (const SharedBoards& pair : design.pairs) {
    text += fmt::format("  - {{first: {}, second: {}, boards: {}}}\n", yaml_string(pair.first),
                        yaml_string(pair.second), pair.boards);
  }
  text += volume_text(design);
  text += design.changes.empty() ? "changes: []\n" : "changes:\n";
  for (const DesignedChange& change : design.changes) text += change_text(change);
  return text + tail_text(design.provenance);
}

template <>
DesignSummary parse_artifact(std::string text, const std::filesystem::path& file) {
  const YamlNode root = parse_kind(std::move(text), file, "design");
  root.expect_keys({"kind", "board", "plan", "noise", "cameras", "pairs", "volume", "changes"},
                   {"calib_version", "provenance"});
  DesignSummary design;
  design.board = read_board(root["board"]);
  const YamlNode plan = root["plan"], noise = root["noise"];
  plan.expect_keys({"shots", "placed", "near_m", "far_m", "max_tilt_deg"});
  design.shots = read_int(plan["shots"], 1);
  design.placed = read_int(plan["placed"], 1);
  design.near_m = read_not_negative(plan["near_m"]);
  design.far_m = read_not_negative(plan["far_m"]);
  design.max_tilt_deg = read_not_negative(plan["max_tilt_deg"]);
  noise.expect_keys({"corner_px", "point_px", "exact_board"});
  design.corner_px = read_not_negative(noise["corner_px"]);
  design.point_px = read_not_negative(noise["point_px"]);
  design.exact_board = noise["exact_board"].boolean();
  for (const auto& [name, node] : root["cameras"].entries())
    design.cameras.push_back(read_designed_camera(name, node));
  const std::vector<std::string> names = names_of(design.cameras);
  for (const YamlNode& node : root["pairs"].items()) {
    node.expect_keys({"first", "second", "boards"});
    design.pairs.push_back(
        {node["first"].one_of(names), node["second"].one_of(names), read_int(node["boards"], 0)});
  }
  read_volume(root["volume"], design);
  for (const YamlNode& node : root["changes"].items()) design.changes.push_back(read_change(node));
  if (const auto node = root.find("provenance")) design.provenance = read_provenance(*node);
  return design;
}

}  // namespace calib
