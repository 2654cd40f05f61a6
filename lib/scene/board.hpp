#pragma once
// The calibration target as data. Board frame: origin at corner 0, x along a row of corners, y down
// the columns, z = x cross y, which points away from a camera that looks at the printed side.

#include <Eigen/Core>
#include <string>

namespace calib {

/// How far a board is from the flat grid of squares that it should be. With u and v from -1 to 1
/// over the corners of a row and of a column, z = bow_x (1 - u^2) + bow_y (1 - v^2) + twist u v,
/// metres: the general surface of second order but for its place and tilt, which belong to the
/// board's pose. Squares are (1 + stretch_y) times as high as they are wide.
struct BoardShape {
  double bow_x_m = 0, bow_y_m = 0, twist_m = 0, stretch_y = 0;
  bool operator==(const BoardShape&) const = default;
};
inline constexpr int kBoardShapeCount = 4;

struct Board {
  std::string type = "chessboard";
  int corners_x = 0;    ///< inner corners in a row
  int corners_y = 0;    ///< rows of inner corners
  double square_m = 0;  ///< side of a square, metres
  BoardShape shape = {};
  bool operator==(const Board&) const = default;
};

inline int corner_count(const Board& board) { return board.corners_x * board.corners_y; }

/// The derivatives of a corner's position by bow_x, bow_y, twist and stretch_y.
inline Eigen::Matrix<double, 3, kBoardShapeCount> shape_basis(const Board& board, int id) {
  const auto across = [](int i, int count) { return count > 1 ? 2.0 * i / (count - 1) - 1 : 0.0; };
  const int row = id / board.corners_x;
  const double u = across(id % board.corners_x, board.corners_x), v = across(row, board.corners_y);
  Eigen::Matrix<double, 3, kBoardShapeCount> basis;
  basis << 0, 0, 0, 0, 0, 0, 0, board.square_m * row, 1 - u * u, 1 - v * v, u * v, 0;
  return basis;
}

/// Corner `id` = row * corners_x + column, in board coordinates, metres.
inline Eigen::Vector3d corner_position(const Board& board, int id) {
  const Eigen::Vector3d flat(board.square_m * (id % board.corners_x),
                             board.square_m * (id / board.corners_x), 0.0);
  const BoardShape& shape = board.shape;
  if (shape == BoardShape{}) return flat;
  return flat + shape_basis(board, id) *
                    Eigen::Vector4d(shape.bow_x_m, shape.bow_y_m, shape.twist_m, shape.stretch_y);
}

/// "11x8"
inline std::string size_text(const Board& board) {
  return std::to_string(board.corners_x) + "x" + std::to_string(board.corners_y);
}

}  // namespace calib
