#include "io/covariance_yaml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/append.hpp"
#include "base/errors.hpp"
#include "base/text.hpp"
#include "io/artifact_parts.hpp"
#include "io/pose_yaml.hpp"
#include "io/yaml_writer.hpp"

namespace calib {
namespace {

// A size that no solve keeps (kMostKeptColumns is smaller); it bounds the memory of reading.
constexpr int kMostColumns = 4096;

const std::vector<std::string>& motion_names() {
  static const std::vector<std::string> names = {"rotation_x",    "rotation_y",    "rotation_z",
                                                 "translation_x", "translation_y", "translation_z"};
  return names;
}

std::vector<std::string> column_names(const JointCovariance::Columns& columns,
                                      const Calibration& calibration) {
  const Camera* camera = find_camera(calibration, columns.camera);
  require(camera != nullptr, unknown_camera_text(calibration, columns.camera));
  std::vector<std::string> names, all;
  if (camera->intrinsics) all = parameter_names(camera->intrinsics->model);
  for (const int k : columns.lens) {
    require(static_cast<std::size_t>(k) < all.size(),
            fmt::format("the covariance has parameter {} of {}, which its lens has not", k,
                        camera->name));
    names.push_back(all[static_cast<std::size_t>(k)]);
  }
  if (columns.pose) append(names, motion_names());
  return names;
}

std::string factor_text(const JointCovariance::Factor& factor) {
  std::string text = "    - |\n";
  for (Eigen::Index i = 0; i < factor.std.size(); ++i) {
    text += "      " + yaml_number(factor.std[i], "covariance");
    for (Eigen::Index k = 0; k <= i; ++k)
      text += " " + yaml_number(factor.rows(i, k), "covariance");
    text += "\n";
  }
  return text;
}

JointCovariance::Columns read_columns(const std::string& name, const YamlNode& node,
                                      const Calibration& calibration) {
  JointCovariance::Columns columns{name, {}};
  const Camera* camera = find_camera(calibration, name);
  if (!camera) node.fail_at_key(unknown_camera_text(calibration, name));
  std::vector<std::string> known;
  if (camera->intrinsics) known = parameter_names(camera->intrinsics->model);
  const std::vector<YamlNode> items = node.items();
  std::size_t i = 0;
  for (; i < items.size(); ++i) {
    const auto found = std::find(known.begin(), known.end(), items[i].text());
    if (found == known.end()) break;
    const int index = static_cast<int>(found - known.begin());
    if (!columns.lens.empty() && index <= columns.lens.back())
      items[i].fail(fmt::format("found '{}' in {} after '{}', expected the order of the lens",
                                *found, node.what(),
                                known[static_cast<std::size_t>(columns.lens.back())]));
    columns.lens.push_back(index);
  }
  if (i == items.size()) return columns;
  append(known, motion_names());
  for (const std::string& motion : motion_names()) {
    if (i == items.size())
      node.fail(
          fmt::format("{} ends before '{}', expected all six of a pose", node.what(), motion));
    if (items[i].text() != motion) {
      items[i].fail(fmt::format("found '{}' in {}, {}", items[i].text(), node.what(),
                                expected_one_of(items[i].text(), known)));
    }
    ++i;
  }
  if (i < items.size()) items[i].fail("expected nothing after the six of a pose");
  columns.pose = true;
  return columns;
}

// Reads the numbers of one line from its end: the first is the standard deviation.
void read_row(const YamlNode& node, std::string_view line, Eigen::Index i,
              JointCovariance::Factor& factor) {
  std::size_t at = 0;
  for (Eigen::Index k = -1; k <= i; ++k) {
    const std::size_t end = std::min(line.find(' ', at), line.size());
    const auto value = parse_number(line.substr(std::min(at, line.size()), end - at));
    if (!value || (k < 0 && *value < 0)) {
      node.fail_in_text(
          static_cast<std::size_t>(i), std::min(at, line.size()),
          fmt::format("expected {} numbers in this line, the first not negative", i + 2));
    }
    (k < 0 ? factor.std[i] : factor.rows(i, k)) = *value;
    at = end + 1;
  }
  if (at < line.size() + 1)
    node.fail_in_text(static_cast<std::size_t>(i), at,
                      fmt::format("expected {} numbers in this line", i + 2));
}

JointCovariance::Factor read_factor(const YamlNode& node, int size) {
  const std::string text = node.text();
  JointCovariance::Factor factor{Eigen::VectorXd::Zero(size), Eigen::MatrixXd::Zero(size, size)};
  std::size_t begin = 0;
  for (int i = 0; i < size; ++i) {
    if (begin >= text.size()) {
      node.fail(fmt::format("found {} lines for {}, expected {}, one for each parameter", i,
                            node.what(), size));
    }
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    read_row(node, std::string_view(text).substr(begin, end - begin), i, factor);
    begin = end + 1;
  }
  if (begin < text.size())
    node.fail(fmt::format("found more than {} lines for {}", size, node.what()));
  return factor;
}

}  // namespace

std::string covariance_text(const Calibration& calibration) {
  if (!calibration.covariance) return "";
  std::string text = "covariance:\n  columns:\n";
  for (const JointCovariance::Columns& each : calibration.covariance->columns) {
    text += fmt::format("    {}: [{}]\n", yaml_string(each.camera),
                        join(column_names(each, calibration), ", "));
  }
  text += "  factors:\n";
  for (const JointCovariance::Factor& factor : calibration.covariance->factors)
    text += factor_text(factor);
  return text;
}

JointCovariance read_covariance(const YamlNode& node, const Calibration& calibration) {
  node.expect_keys({"columns", "factors"});
  JointCovariance covariance;
  for (const auto& [name, columns] : node["columns"].entries())
    covariance.columns.push_back(read_columns(name, columns, calibration));
  const int size = covariance.size();
  if (size == 0 || size > kMostColumns) {
    node["columns"].fail(fmt::format("found {} parameters for {}, expected 1 to {}", size,
                                     node["columns"].what(), kMostColumns));
  }
  const std::vector<YamlNode> factors = node["factors"].items();
  if (factors.empty() || factors.size() > 2) {
    node["factors"].fail(fmt::format("found {} items for {}, expected 1 or 2", factors.size(),
                                     node["factors"].what()));
  }
  for (const YamlNode& factor : factors) covariance.factors.push_back(read_factor(factor, size));
  return covariance;
}

std::string world_text(const WorldFrame& world) {
  const Eigen::VectorXd std = world.std();
  std::string text = fmt::format(
      "world:\n  T_world_rig:{}\n  std: {{rotation_rad: {}, translation_m: {}, scale: {}}}\n"
      "  covariance:{}\n",
      yaml_matrix_rows(written_matrix(snapped(world.T_world_rig)), 4, "T_world_rig"),
      yaml_list({std.data(), 3}, "world.std"), yaml_list({std.data() + 3, 3}, "world.std"),
      yaml_number(std[6], "world.std"), yaml_matrix_rows(world.covariance, 4, "world.covariance"));
  if (!world.by_calibration.empty()) text += "  by_calibration:\n";
  for (const auto& each : world.by_calibration) {
    text += "    - " + yaml_matrix(each, "world.by_calibration") + "\n";
  }
  return text;
}

WorldFrame read_world(const YamlNode& node) {
  node.expect_keys({"T_world_rig"}, {"std", "covariance", "by_calibration"});
  WorldFrame world{read_pose(node["T_world_rig"])};
  // The standard deviations are for the reader; they follow from the rest.
  if (const auto std = node.find("std"))
    std->expect_keys({}, {"rotation_rad", "translation_m", "scale"});
  if (const auto covariance = node.find("covariance")) {
    world.covariance = read_matrix(*covariance, WorldFrame::kCount, WorldFrame::kCount);
    const double largest = world.covariance.cwiseAbs().maxCoeff();
    const double skew = (world.covariance - world.covariance.transpose()).cwiseAbs().maxCoeff();
    if (skew > 1e-9 * largest || world.covariance.diagonal().minCoeff() < 0)
      covariance->fail(covariance->what() + " is not symmetric with variances of at least 0");
  }
  return world;
}

void read_world_links(const YamlNode& node, Calibration& calibration) {
  const auto links = node.find("by_calibration");
  if (!links) return;
  const auto& covariance = calibration.covariance;
  const std::vector<YamlNode> items = links->items();
  if (!covariance || items.size() != covariance->factors.size()) {
    links->fail_at_key(
        fmt::format("{} has {} matrices, expected one for each of the covariance's "
                    "factors",
                    links->what(), items.size()));
  }
  for (const YamlNode& item : items) {
    calibration.world->by_calibration.emplace_back(
        read_matrix(item, WorldFrame::kCount, covariance->size()));
  }
}

}  // namespace calib
