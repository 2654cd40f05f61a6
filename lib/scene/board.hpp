#pragma once
// The calibration target as data. Board frame: origin at corner 0, x along a row of corners, y down
// the columns, z = x cross y, which points away from a camera that looks at the printed side.

#include <Eigen/Core>
#include <string>

namespace calib {

/// How far a board is from flat. With u and v from -1 to 1 over the corners of a row and of a column,
/// z = bow_x (1 - u^2) + bow_y (1 - v^2) + twist u v, metres: the general surface of second order
/// but for its place and tilt, which belong to the board's pose.
struct BoardShape {
  double bow_x_m = 0, bow_y_m = 0, twist_m = 0;
  bool operator==(const BoardShape&) const = default;
};
inline constexpr int kBoardShapeCount = 3;

struct Board {
  std::string type = "chessboard";
  int corners_x = 0;    ///< inner corners in a row
  int corners_y = 0;    ///< rows of inner corners
  double square_m = 0;  ///< side of a square, metres
  BoardShape shape = {};
  bool operator==(const Board&) const = default;
};

inline int corner_count(const Board& board) { return board.corners_x * board.corners_y; }

/// The derivatives of a corner's z by bow_x, bow_y and twist.
inline Eigen::Vector3d shape_basis(const Board& board, int id) {
  const auto across = [](int i, int count) { return count > 1 ? 2.0 * i / (count - 1) - 1 : 0.0; };
  const double u = across(id % board.corners_x, board.corners_x);
  const double v = across(id / board.corners_x, board.corners_y);
  return {1 - u * u, 1 - v * v, u * v};
}

/// Corner `id` = row * corners_x + column, in board coordinates, metres.
inline Eigen::Vector3d corner_position(const Board& board, int id) {
  const double z = shape_basis(board, id).dot(
      Eigen::Vector3d(board.shape.bow_x_m, board.shape.bow_y_m, board.shape.twist_m));
  return {board.square_m * (id % board.corners_x), board.square_m * (id / board.corners_x), z};
}

/// "11x8"
inline std::string size_text(const Board& board) {
  return std::to_string(board.corners_x) + "x" + std::to_string(board.corners_y);
}

}  // namespace calib
