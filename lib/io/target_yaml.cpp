#include "io/target_yaml.hpp"

#include <fmt/format.h>

#include <cmath>
#include <tuple>

#include "base/text.hpp"
#include "io/artifact_parts.hpp"

namespace calib {
namespace {

double read_length(const YamlNode& node) {
  const double value = node.number();
  if (!(value > 0 && value < 10)) {
    node.fail(fmt::format("found {} for {}, expected meters above 0 and below 10", to_text(value),
                          node.what()));
  }
  return value;
}

// The gap between tags divided by the side of a tag, usually 0.3. A gap in meters is far smaller.
double read_spacing(const YamlNode& node, double tag_m) {
  constexpr double kLeast = 0.1, kMost = 2;
  const double ratio = node.number();
  if (ratio >= kLeast && ratio <= kMost) return ratio;
  const double as_meters = ratio / tag_m;
  const bool meters = as_meters >= kLeast && as_meters <= kMost;
  node.fail(fmt::format(
      "found {} for {}, expected the gap between tags divided by tagSize, {} to {}{}",
      to_text(ratio), node.what(), to_text(kLeast), to_text(kMost),
      meters ? fmt::format(": {} m would be {}", to_text(ratio), to_text(as_meters, 4)) : ""));
}

// Reads the number of columns and rows, and returns them times `points`.
std::pair<int, int> read_counts(const YamlNode& columns, const YamlNode& rows, int least,
                                int points) {
  const int x = read_int(columns, least), y = read_int(rows, least);
  if (x > kMostCorners / points / y / points) {
    columns.fail(fmt::format("found {} by {} for {} and {}, expected at most {} corners on a board",
                             x, y, columns.what(), rows.what(), kMostCorners));
  }
  return {points * x, points * y};
}

Board read_aprilgrid(const YamlNode& root) {
  root.expect_keys({"target_type", "tagCols", "tagRows", "tagSize", "tagSpacing"},
                   {"codeOffset", "lowId"});
  Board board;
  board.type = &kAprilgrid;
  std::tie(board.corners_x, board.corners_y) = read_counts(root["tagCols"], root["tagRows"], 1, 2);
  board.marker_m = read_length(root["tagSize"]);
  board.square_m = board.marker_m * (1 + read_spacing(root["tagSpacing"], board.marker_m));
  board.dictionary = kAprilgrid.markers->usual_dictionary;
  for (const char* key : {"codeOffset", "lowId"})
    if (const auto offset = root.find(key)) board.first_marker = read_int(*offset, 0);
  return board;
}

Board read_checkerboard(const YamlNode& root) {
  root.expect_keys(
      {"target_type", "targetCols", "targetRows", "rowSpacingMeters", "colSpacingMeters"});
  const auto [x, y] = read_counts(root["targetCols"], root["targetRows"], 2, 1);
  Board board{&kChessboard, x, y, read_length(root["rowSpacingMeters"])};
  const double other = read_length(root["colSpacingMeters"]);
  if (std::abs(other - board.square_m) > 1e-9) {
    root["colSpacingMeters"].fail(fmt::format(
        "found {} beside rowSpacingMeters {}, expected squares that are as high as they "
        "are wide",
        to_text(other), to_text(board.square_m)));
  }
  return board;
}

Board read_circlegrid(const YamlNode& root) {
  root.expect_keys({"target_type", "targetCols", "targetRows", "spacingMeters"},
                   {"asymmetricGrid"});
  const auto asymmetric = root.find("asymmetricGrid");
  const bool is_asymmetric = asymmetric && asymmetric->boolean();
  const auto [x, y] = read_counts(root["targetCols"], root["targetRows"], 2, 1);
  return {is_asymmetric ? &kAcircles : &kCircles, x, y, read_length(root["spacingMeters"])};
}

}  // namespace

Board read_target(const std::filesystem::path& file) {
  const YamlNode root = YamlNode::load(file);
  if (const auto board = root.find("board")) return read_board(*board);
  static constexpr Named<Board (*)(const YamlNode&)> readers[] = {
      {"aprilgrid", read_aprilgrid},
      {"checkerboard", read_checkerboard},
      {"circlegrid", read_circlegrid}};
  return read_named(root["target_type"], readers)(root);
}

}  // namespace calib
