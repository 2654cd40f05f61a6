#include "scene/board_types.hpp"

#include <algorithm>

#include "base/errors.hpp"
#include "base/text.hpp"

namespace calib {

const std::vector<BoardType>& board_types() {
  // The first is the default.
  static const std::vector<BoardType> list = {
      {"chessboard", "inner corners", false, 1, 0},
      {"charuco", "squares", true, 1, -1},
      {"aprilgrid", "tags", true, 2, 0},
      {"circles", "circles", false, 1, 0},
      {"acircles", "circles", false, 1, 0},
  };
  return list;
}

std::vector<std::string> board_type_names() {
  std::vector<std::string> names;
  for (const BoardType& type : board_types()) names.emplace_back(type.name);
  return names;
}

const BoardType& find_board_type(const std::string& name) {
  for (const BoardType& type : board_types())
    if (name == type.name) return type;
  throw Error("board type: found '" + name + "', expected one of " +
              join(board_type_names(), ", ") + did_you_mean(name, board_type_names()));
}

std::string counted_size(const Board& board) {
  const BoardType& type = find_board_type(board.type);
  const auto count = [&](int points) {
    return std::to_string((points - type.points_more) / type.points_a_count);
  };
  return count(board.corners_x) + "x" + count(board.corners_y);
}

std::string board_name(const Board& board) {
  std::vector<std::string> names;
  for (const auto& [single, first_id] : single_boards(board))
    names.push_back(counted_size(*single) + " " + single->type);
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
  if (board.type == "aprilgrid") return corner_count(board) / 4;
  if (board.type == "charuco") return (board.corners_x + 1) * (board.corners_y + 1) / 2;
  return 0;
}

}  // namespace calib
