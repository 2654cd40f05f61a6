#include "report/design_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "report/cells.hpp"
#include "report/svg.hpp"
#include "report/text_table.hpp"

namespace calib {
namespace {

// Two significant digits, without an exponent.
std::string two_digits(double value) {
  return to_text(
      value, value > 0 ? std::clamp(1 - static_cast<int>(std::floor(std::log10(value))), 0, 6) : 0);
}

double largest_of(const DesignedCamera& camera, std::size_t first, std::size_t count) {
  double largest = 0;
  for (std::size_t k = first; k < std::min(first + count, camera.lens.size()); ++k)
    largest = std::max(largest, camera.lens[k].second);
  return largest;
}

std::vector<std::string> camera_row(const DesignedCamera& camera) {
  return {camera.name,
          std::to_string(camera.boards),
          two_digits(largest_of(camera, 0, 2)),
          two_digits(largest_of(camera, 2, 2)),
          camera.lens.size() > 4 ? two_digits(camera.lens[4].second) : "-",
          two_digits(camera.pixel_median),
          two_digits(camera.pixel_worst),
          camera.center_m ? two_digits(1000 * camera.center_m->norm()) : "-",
          camera.rotation_rad ? two_digits(kMillidegrees * camera.rotation_rad->norm()) : "-"};
}

std::string first_distortion(const DesignSummary& design) {
  for (const DesignedCamera& camera : design.cameras) {
    if (camera.lens.size() > 4) return camera.lens[4].first;
  }
  return "k1";
}

std::string cameras_text(const DesignSummary& design, std::size_t most_rows) {
  TableRows rows = {{"camera", "boards", "focal px", "center px", first_distortion(design),
                     "picture px", "worst px", "place mm", "turn mdeg"}};
  const std::size_t shown = std::min(design.cameras.size(), most_rows);
  for (std::size_t i = 0; i < shown; ++i) rows.push_back(camera_row(design.cameras[i]));
  std::string text = text_table(rows);
  if (shown < design.cameras.size())
    text += fmt::format("  and {} more cameras\n", design.cameras.size() - shown);
  return text;
}

std::string plan_text(const DesignSummary& design) {
  const std::string left_out = design.placed < design.shots
                                   ? fmt::format(" (no place found for {} of {})",
                                                 design.shots - design.placed, design.shots)
                                   : "";
  return fmt::format(
      "{}\n{} shots{}, boards {} to {} m away, tilted up to {:.0f} degrees, corner noise {} px\n",
      describe_board(design.board), design.placed, left_out, two_digits(design.near_m),
      two_digits(design.far_m), design.max_tilt_deg, to_text(design.corner_px));
}

// "3 of 15 pairs see no board together: cam0-cam3, ...\n", or "".
std::string pairs_text(const DesignSummary& design) {
  constexpr std::size_t kMostNames = 5;
  const std::vector<SharedBoards> without = pairs_without_boards(design);
  if (without.empty()) return "";
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::min(without.size(), kMostNames); ++i)
    names.push_back(pair_name(without[i].first, without[i].second));
  if (without.size() > kMostNames) names.emplace_back("...");
  return fmt::format("{} of {} pairs see no board together: {}\n", without.size(),
                     design.pairs.size(), join(names, ", "));
}

std::string axis_text(const DesignSummary& design, int axis) {
  return fmt::format("{} {} to {}", "xyz"[axis], to_text(design.box.min()[axis], 2),
                     to_text(design.box.max()[axis], 2));
}

std::string points_text(const DesignSummary& design) {
  return fmt::format(
      "a point (noise {} px) in the volume: mean {} mm, worst {} mm; by the calibration alone {} "
      "mm\n"
      "the volume: {}, {}, {} m; two or more cameras see {:.0f} % of it\n",
      to_text(design.point_px), two_digits(1000 * design.points.mean_m),
      two_digits(1000 * design.points.worst_m), two_digits(1000 * design.points.calibration_m),
      axis_text(design, 0), axis_text(design, 1), axis_text(design, 2),
      100 * design.points.seen_share);
}

std::string changes_text(const DesignSummary& design) {
  if (design.changes.empty()) return "";
  TableRows rows = {{"what would help", "point mm", "worst mm", "by calibration mm"}};
  const auto row = [](const std::string& text, double mean, double worst, double calibration) {
    return std::vector<std::string>{text, two_digits(1000 * mean), two_digits(1000 * worst),
                                    two_digits(1000 * calibration)};
  };
  rows.push_back(row("the plan as it is", design.points.mean_m, design.points.worst_m,
                     design.points.calibration_m));
  for (const DesignedChange& change : design.changes) {
    rows.push_back(change.determined
                       ? row(change.text, change.mean_m, change.worst_m, change.calibration_m)
                       : std::vector<std::string>{change.text, "-", "-", "-"});
  }
  return text_table(rows);
}

nlohmann::ordered_json vector_json_of(const Eigen::Vector3d& value) {
  return {value.x(), value.y(), value.z()};
}

// Colors and fonts of a picture that stands alone.
constexpr const char* kStyle =
    "text{font:12px sans-serif;fill:#222}.value{font-size:10px}.on-heat{fill:#fff}"
    ".heat{fill:#b3261e;stroke:#ddd;stroke-width:.5}.empty{fill:#ccc;stroke:#ddd}"
    ".title{font-weight:bold}";

}  // namespace

std::string design_text(const DesignSummary& design, std::size_t most_lines) {
  const std::string head = plan_text(design);
  const std::string rest = pairs_text(design) + points_text(design) + changes_text(design);
  const auto lines = static_cast<std::size_t>(std::count(head.begin(), head.end(), '\n') +
                                              std::count(rest.begin(), rest.end(), '\n'));
  const std::size_t room = most_lines > lines + 3 ? most_lines - lines - 2 : 1;
  return head + cameras_text(design, room) + rest;
}

nlohmann::ordered_json design_json(const DesignSummary& design) {
  nlohmann::ordered_json json = {{"board", describe_board(design.board)},
                                 {"shots", design.placed},
                                 {"corner_px", design.corner_px},
                                 {"point_px", design.point_px}};
  for (const DesignedCamera& camera : design.cameras) {
    nlohmann::ordered_json& each = json["cameras"][camera.name];
    each = {{"boards", camera.boards},
            {"pixel_std", {{"median", camera.pixel_median}, {"worst", camera.pixel_worst}}}};
    for (const auto& [name, std] : camera.lens) each["lens_std"][name] = std;
    if (!camera.rotation_rad || !camera.center_m) continue;
    each["pose_std"] = {{"rotation_rad", vector_json_of(*camera.rotation_rad)},
                        {"center_m", vector_json_of(*camera.center_m)}};
  }
  json["pairs"] = nlohmann::ordered_json::array();
  for (const SharedBoards& pair : design.pairs)
    json["pairs"].push_back({{"pair", {pair.first, pair.second}}, {"boards", pair.boards}});
  json["points"] = {{"low_m", vector_json_of(design.box.min())},
                    {"high_m", vector_json_of(design.box.max())},
                    {"mean_m", design.points.mean_m},
                    {"worst_m", design.points.worst_m},
                    {"calibration_m", design.points.calibration_m},
                    {"seen_share", design.points.seen_share}};
  json["changes"] = nlohmann::ordered_json::array();
  for (const DesignedChange& change : design.changes) {
    nlohmann::ordered_json each = {{"change", change.text}, {"determined", change.determined}};
    if (change.determined) {
      each["mean_m"] = change.mean_m;
      each["worst_m"] = change.worst_m;
      each["calibration_m"] = change.calibration_m;
    }
    json["changes"].push_back(std::move(each));
  }
  return json;
}

std::string volume_svg(const DesignSummary& design) {
  constexpr double kCell = 30, kGap = 24, kTop = 64;
  constexpr double kFaint = 0.08, kDark = 0.9, kDarkTint = 0.6;
  double low = std::numeric_limits<double>::infinity(), high = 0;
  for (const double std : design.points.std_m) {
    if (std::isnan(std)) continue;
    low = std::min(low, std);
    high = std::max(high, std);
  }
  const Eigen::Vector3d size = design.box.sizes();
  const double cell_height =
      size.x() > 0 ? std::clamp(kCell * size.y() / size.x(), 16.0, 60.0) : kCell;
  const double width = PointGrid::kX * kCell, height = PointGrid::kY * cell_height;
  std::string content = svg_text(
      kGap, 20, "title",
      fmt::format("standard deviation of a point, mm: mean {}, worst {}; gray: fewer than two "
                  "cameras see it",
                  two_digits(1000 * design.points.mean_m),
                  two_digits(1000 * design.points.worst_m)));
  content += svg_text(kGap, 38, "axis",
                      fmt::format("to the right: {} m; {}: {} m, in the frame of the {}",
                                  axis_text(design, 0), design.in_room ? "upward" : "downward",
                                  axis_text(design, 1), design.in_room ? "room" : "rig"));
  for (int slice = 0; slice < PointGrid::kZ; ++slice) {
    const double left = kGap + slice * (width + kGap);
    const PointGrid grid{design.box};
    content += svg_text(left, kTop - 6, "axis",
                        fmt::format("z = {} m", to_text(grid.at(0, 0, slice).z(), 2)));
    for (int i = 0; i < PointGrid::kX * PointGrid::kY; ++i) {
      const int column = i % PointGrid::kX, row = i / PointGrid::kX;
      const int from_top = design.in_room ? PointGrid::kY - 1 - row : row;
      const double x = left + column * kCell, y = kTop + from_top * cell_height;
      const double std =
          design.points.std_m[static_cast<std::size_t>(slice * PointGrid::kX * PointGrid::kY + i)];
      if (std::isnan(std)) {
        content += svg_rect(x, y, kCell, cell_height, "empty");
        continue;
      }
      const double share = high > low ? std::log(std / low) / std::log(high / low) : 0;
      const double tint = kFaint + (kDark - kFaint) * share;
      content += svg_rect(x, y, kCell, cell_height, "heat", tint);
      content += svg_text(x + kCell / 2, y + cell_height / 2 + 4,
                          tint > kDarkTint ? "value on-heat" : "value", two_digits(1000 * std),
                          Anchor::kMiddle);
    }
  }
  const double all_width = kGap + PointGrid::kZ * (width + kGap), all_height = kTop + height + kGap;
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" "
      "height=\"{1}\">\n<style>{2}</style>\n<rect width=\"100%\" height=\"100%\" "
      "fill=\"#fff\"/>\n{3}\n</svg>\n",
      svg_number(all_width), svg_number(all_height), kStyle, content);
}

}  // namespace calib
