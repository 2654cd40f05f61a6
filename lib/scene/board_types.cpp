#include "scene/board_types.hpp"

#include "base/text.hpp"
#include "scene/board.hpp"

namespace calib {
namespace {

Eigen::Vector2d on_square_grid(const Board& board, int column, int row) {
  return {board.square_m * column, board.square_m * row};
}

// Each tag has two points in a row, whose distance is the side of the tag.
Eigen::Vector2d on_tag_corners(const Board& board, int column, int row) {
  const double s = board.square_m;
  return {s * (column / 2) + board.marker_m * (column % 2),
          s * (row / 2) + board.marker_m * (row % 2)};
}

// Every other row is moved to the right by half the distance between its points.
Eigen::Vector2d on_staggered_grid(const Board& board, int column, int row) {
  return {board.square_m * (2 * column + row % 2), board.square_m * row};
}

// Every white square has one marker.
int charuco_marker_count(const Board& board) {
  return (board.corners_x + 1) * (board.corners_y + 1) / 2;
}

int tag_count(const Board& board) { return corner_count(board) / 4; }

}  // namespace

constinit const BoardType kChessboard = {
    .name = "chessboard",
    .counts = "inner corners",
    .counts_note = " (one less than squares)",
    .least = 3,
    .square = "squares",
    .turn = TurnToldBy::kColors,
    .flat_position = on_square_grid,
};

constinit const BoardType kCharuco = {
    .name = "charuco",
    .counts = "squares",
    .points_more = -1,
    .square = "squares",
    .markers = BoardMarkers{"marker", nullptr, charuco_marker_count},
    .turn = TurnToldBy::kNumbers,
    .flat_position = on_square_grid,
};

constinit const BoardType kAprilgrid = {
    .name = "aprilgrid",
    .counts = "tags",
    .points_a_count = 2,
    .square = "tag to tag",
    .markers = BoardMarkers{"tag", "APRILTAG_36h11", tag_count},
    .turn = TurnToldBy::kNumbers,
    .flat_position = on_tag_corners,
};

constinit const BoardType kPuzzleboard = {
    .name = "puzzleboard",
    .counts = "inner corners",
    .counts_note = " (one less than squares)",
    .least = 3,
    .square = "squares",
    .is_part_of_pattern = true,
    .turn = TurnToldBy::kNumbers,
    .flat_position = on_square_grid,
};

constinit const BoardType kCircles = {
    .name = "circles",
    .counts = "circles",
    .square = "circle to circle",
    .turn = TurnToldBy::kNothing,
    .flat_position = on_square_grid,
};

constinit const BoardType kAcircles = {
    .name = "acircles",
    .counts = "circles",
    .square = "row to row",
    .turn = TurnToldBy::kNothing,
    .flat_position = on_staggered_grid,
};

constinit const BoardType kSeveralBoards = {
    .name = "boards",
    .counts = "",
    .square = "",
    .turn = TurnToldBy::kNumbers,
    .flat_position = nullptr,
};

const std::vector<Named<const BoardType*>>& board_types() {
  static const std::vector<Named<const BoardType*>> list = [] {
    std::vector<Named<const BoardType*>> rows;
    for (const BoardType* type :
         {&kChessboard, &kCharuco, &kAprilgrid, &kPuzzleboard, &kCircles, &kAcircles})
      rows.push_back({type->name, type});
    return rows;
  }();
  return list;
}

std::string counted_size(const Board& board) {
  const auto count = [&](int points) {
    return std::to_string((points - board.type->points_more) / board.type->points_a_count);
  };
  return count(board.corners_x) + "x" + count(board.corners_y);
}

std::string board_name(const Board& board) {
  std::vector<std::string> names;
  for (const auto& [single, first_id] : single_boards(board))
    names.push_back(counted_size(*single) + " " + single->type->name);
  return join(names, " + ");
}

std::string describe_board(const Board& board) {
  std::vector<std::string> texts;
  for (const auto& [single, first_id] : single_boards(board)) {
    std::string text = board_name(*single) + ", " + to_text(1000 * single->square_m, 3) + " mm";
    if (!single->dictionary.empty()) {
      text += ", markers " + to_text(1000 * single->marker_m, 3) + " mm of " + single->dictionary +
              " from " + std::to_string(single->first_marker);
    }
    texts.push_back(text);
  }
  return join(texts, "; ");
}

int marker_count(const Board& board) {
  return board.type->markers ? board.type->markers->count(board) : 0;
}

}  // namespace calib
