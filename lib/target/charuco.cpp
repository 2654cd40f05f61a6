#include "target/charuco.hpp"

#include <algorithm>
#include <set>

#include "target/board_refinement.hpp"
#include "target/chessboard_pattern.hpp"
#include "target/coded_board.hpp"

namespace calib {
namespace {

constexpr int kBorderCells = 1;
// A fitted corner whose distance from its predicted place is larger than this share of
// line_spacing() is another corner.
constexpr double kFurthestFromMarkers = 0.3;

bool in_picture(const cv::Mat& gray, const cv::Point2d& p) {
  return p.x >= 0 && p.y >= 0 && p.x <= gray.cols - 1 && p.y <= gray.rows - 1;
}

// Whether one of the (at most two) markers in the squares around a corner was seen.
bool touches_seen_marker(const Board& board, const MarkerPlaces& places, const MarkerView& view,
                         int column, int row) {
  const Eigen::Vector2d corner(board.square_m * column, board.square_m * row);
  return std::any_of(places.begin(), places.end(), [&](const auto& entry) {
    const auto& [id, corners] = entry;
    const Eigen::Vector2d center = (corners[0] + corners[2]) / 2;
    return (center - corner).norm() < board.square_m && view.has(id);
  });
}

Grid predicted_grid(const cv::Mat& gray, const Board& board, const MarkerPlaces& places,
                    const MarkerView& view) {
  Grid grid{board.corners_x, board.corners_y, {}};
  for (int id = 0; id < corner_count(board); ++id) {
    const int column = id % board.corners_x, row = id / board.corners_x;
    std::optional<cv::Point2d> pixel;
    if (touches_seen_marker(board, places, view, column, row))
      pixel = view.predict(flat_position(board, id));
    grid.points.push_back(pixel && in_picture(gray, *pixel) ? *pixel : kHole);
  }
  return grid;
}

// Whether there are four corners that do not all lie in one row, column or diagonal.
bool spans_a_plane(const Board& board, const std::vector<Corner>& corners) {
  std::set<int> columns, rows, sums, differences;
  for (const Corner& corner : corners) {
    const int column = corner.id % board.corners_x, row = corner.id / board.corners_x;
    columns.insert(column);
    rows.insert(row);
    sums.insert(column + row);
    differences.insert(column - row);
  }
  return corners.size() >= 4 &&
         std::min({columns.size(), rows.size(), sums.size(), differences.size()}) > 1;
}

bool top_left_is_dark(const Board& board, bool legacy_layout) {
  return !(legacy_layout && board.corners_y % 2 == 1);
}

// Returns the corners of each marker. The markers are numbered row by row from the top-left, one in
// every white square.
MarkerPlaces charuco_markers(const Board& board, bool legacy_layout) {
  MarkerPlaces places;
  const int dark = top_left_is_dark(board, legacy_layout) ? 0 : 1;
  int id = board.first_marker;
  const double s = board.square_m, half = board.marker_m / 2;
  for (int row = 0; row <= board.corners_y; ++row) {
    for (int column = 0; column <= board.corners_x; ++column) {
      if ((column + row) % 2 == dark) continue;
      const Eigen::Vector2d center((column - 0.5) * s, (row - 0.5) * s);
      places[id++] = {center + Eigen::Vector2d(-half, -half), center + Eigen::Vector2d(half, -half),
                      center + Eigen::Vector2d(half, half), center + Eigen::Vector2d(-half, half)};
    }
  }
  return places;
}

// The square codes in the cells of the board: "white" cells in print.
CodedBoard coded_charuco(const Board& board, bool legacy_layout, bool inverted) {
  const std::vector<std::uint64_t> codes = marker_bits(board.dictionary);
  CodedBoard coded{board.corners_x, board.corners_y, {}, true, {}, inverted};
  const int n = marker_bits_a_side(board.dictionary);
  coded.format = {n + 2 * kBorderCells, kBorderCells, (1 - board.marker_m / board.square_m) / 2};
  const int dark = top_left_is_dark(board, legacy_layout) ? 0 : 1;
  auto id = static_cast<std::size_t>(board.first_marker);
  for (int row = 0; row <= board.corners_y; ++row)
    for (int column = 0; column <= board.corners_x; ++column)
      if ((column + row) % 2 != dark && id < codes.size())
        coded.codes.push_back({column - 1, row - 1, all_turns(codes[id++], n)});
  return coded;
}

std::vector<CodedBoard> charuco_prints(const Board& board) {
  std::vector<CodedBoard> prints;
  for (const bool inverted : {false, true}) {
    prints.push_back(coded_charuco(board, false, inverted));
    if (board.corners_y % 2 == 1) prints.push_back(coded_charuco(board, true, inverted));
  }
  return prints;
}

}  // namespace

BoardPattern draw_charuco(const Board& board, const PrintChoice& choice) {
  BoardPattern pattern = draw_squares(board, top_left_is_dark(board, choice.legacy_layout));
  draw_markers(board, charuco_markers(board, choice.legacy_layout), kBorderCells, pattern);
  return pattern;
}

Detection detect_charuco(const cv::Mat& gray, const Board& board) {
  const CodedMatch match = find_coded_board(gray, charuco_prints(board));
  if (match.grid.points.empty()) return {{}, "no_markers"};
  Detection detection;
  detection.print = {.legacy_layout = match.print % 2 == 1 && board.corners_y % 2 == 1,
                     .white_on_black = match.print >= (board.corners_y % 2 == 1 ? 2 : 1)};
  detection.corners = refine_board(gray, match.grid);
  const std::size_t refined = detection.corners.size();
  erase_far_corners(detection.corners, match.grid, kFurthestFromMarkers);
  if (!spans_a_plane(board, detection.corners))
    return {{}, refined < 4 ? "too_few_corners" : "refinement_diverged"};
  return detection;
}

}  // namespace calib
