#include "target/charuco.hpp"

#include <algorithm>

#include "target/board_refinement.hpp"
#include "target/chessboard_pattern.hpp"
#include "target/coded_board.hpp"
#include "target/marked_size.hpp"
#include "target/marker_board.hpp"
#include "target/markers.hpp"
#include "target/outlying_corners.hpp"

namespace calib {
namespace {

constexpr int kBorderCells = 1;
// A fitted corner whose distance from its predicted place is larger than this share of
// line_spacing() is another corner.
constexpr double kFurthestFromMarkers = 0.3;

bool top_left_is_dark(const Board& board, bool legacy_layout) {
  return !(legacy_layout && board.corners_y % 2 == 1);
}

// The markers are numbered row by row from the top-left, one in every white square.
std::vector<MarkerCell> charuco_cells(const Board& board, bool legacy_layout) {
  const int dark = top_left_is_dark(board, legacy_layout) ? 0 : 1;
  std::vector<MarkerCell> cells;
  int id = board.first_marker;
  for (int row = 0; row <= board.corners_y; ++row)
    for (int column = 0; column <= board.corners_x; ++column)
      if ((column + row) % 2 != dark) cells.push_back({id++, column - 1, row - 1});
  return cells;
}

// The corners of each marker.
MarkerPlaces charuco_markers(const Board& board, bool legacy_layout) {
  MarkerPlaces places;
  const double s = board.square_m, half = board.marker_m / 2;
  for (const auto& [id, column, row] : charuco_cells(board, legacy_layout)) {
    const Eigen::Vector2d center((column + 0.5) * s, (row + 0.5) * s);
    places[id] = {center + Eigen::Vector2d(-half, -half), center + Eigen::Vector2d(half, -half),
                  center + Eigen::Vector2d(half, half), center + Eigen::Vector2d(-half, half)};
  }
  return places;
}

struct CharucoPrints {
  std::vector<CodedBoard> boards;
  std::vector<FoundPrint> prints;  // one each
};

// The layouts differ if the number of rows of squares is even.
std::vector<bool> charuco_legacies(const Board& board) {
  return board.corners_y % 2 == 0 ? std::vector{false} : std::vector{false, true};
}

MarkerLayouts charuco_layouts(const Board& board) {
  MarkerLayouts layouts;
  for (const bool legacy : charuco_legacies(board)) layouts.push_back(charuco_cells(board, legacy));
  return layouts;
}

// All ways to print the board.
CharucoPrints charuco_prints(const Board& board) {
  CharucoPrints all;
  const int side = marker_bits_a_side(board.dictionary) + 2 * kBorderCells;
  const CodeFormat format{side, kBorderCells, (1 - board.marker_m / board.square_m) / 2};
  for (const bool inverted : {false, true})
    for (const bool legacy : charuco_legacies(board)) {
      all.boards.push_back(coded_board(board, charuco_cells(board, legacy), format));
      all.boards.back().inverted = inverted;
      all.prints.push_back({legacy, inverted});
    }
  return all;
}

}  // namespace

BoardPattern draw_charuco(const Board& board, const PrintChoice& choice) {
  BoardPattern pattern = draw_squares(board, top_left_is_dark(board, choice.legacy_layout));
  draw_markers(board, charuco_markers(board, choice.legacy_layout), kBorderCells, pattern);
  return pattern;
}

Detection detect_charuco(const cv::Mat& gray, const Board& board) {
  const CharucoPrints& prints = kept_for<charuco_prints>(board);
  const CodedMatch match = find_coded_board(gray, prints.boards);
  if (const auto reason = misread_reason(match.read, board, charuco_layouts); !reason.empty())
    return {{}, reason};
  if (match.grid.points.empty()) return {{}, match.other_codes ? "other_markers" : "no_markers"};
  Detection detection;
  detection.print = prints.prints[match.print];
  detection.corners = refine_board(gray, match.grid);
  const std::size_t refined = detection.corners.size();
  erase_far_corners(detection.corners, match.grid, kFurthestFromMarkers);
  erase_outlying(detection.corners, board);
  if (!spans_a_plane(board, detection.corners))
    return {{}, refined < 4 ? "too_few_corners" : "refinement_diverged"};
  return detection;
}

}  // namespace calib
