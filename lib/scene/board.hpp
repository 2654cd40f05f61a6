#pragma once
// The calibration target as data. Board frame: origin at corner 0, x along a row of corners, y down
// the columns, z = x cross y, which points away from a camera that looks at the printed side.

#include <Eigen/Core>
#include <algorithm>
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

/// A grid of points, numbered row by row: id = row * corners_x + column.
struct Board {
  std::string type = "chessboard";  ///< a name of board_types.hpp, which says what the points are
  int corners_x = 0;                ///< points in a row
  int corners_y = 0;                ///< rows of points
  /// Side of a square, metres; from tag to tag; from circle to circle (acircles: half the distance
  /// in a row, which is that from row to row).
  double square_m = 0;
  BoardShape shape = {};
  double marker_m = 0;          ///< side of a marker or tag, diameter of a circle; 0: none
  std::string dictionary = {};  ///< of the markers or tags: "4X4_50"
  int first_marker = 0;         ///< the lowest id of its markers
  bool operator==(const Board&) const = default;
};

inline int corner_count(const Board& board) { return board.corners_x * board.corners_y; }

/// Point `id` of a board without shape, metres; and the far corner of all of them.
inline Eigen::Vector2d flat_position(const Board& board, int id) {
  const int column = id % board.corners_x, row = id / board.corners_x;
  const double s = board.square_m;
  if (board.type == "aprilgrid")  // two corners a tag
    return {s * (column / 2) + board.marker_m * (column % 2),
            s * (row / 2) + board.marker_m * (row % 2)};
  if (board.type == "acircles") return {s * (2 * column + row % 2), s * row};
  return {s * column, s * row};
}
inline Eigen::Vector2d flat_extent(const Board& board) {
  const Eigen::Vector2d last = flat_position(board, corner_count(board) - 1);
  const double widest =
      board.corners_y > 1 ? flat_position(board, 2 * board.corners_x - 1).x() : last.x();
  return {std::max(widest, last.x()), last.y()};
}

/// The derivatives of a corner's position by bow_x, bow_y, twist and stretch_y.
inline Eigen::Matrix<double, 3, kBoardShapeCount> shape_basis(const Board& board, int id) {
  const auto across = [](double at, double end) { return end > 0 ? 2 * at / end - 1 : 0.0; };
  const Eigen::Vector2d point = flat_position(board, id), extent = flat_extent(board);
  const double u = across(point.x(), extent.x()), v = across(point.y(), extent.y());
  Eigen::Matrix<double, 3, kBoardShapeCount> basis;
  basis << 0, 0, 0, 0, 0, 0, 0, point.y(), 1 - u * u, 1 - v * v, u * v, 0;
  return basis;
}

/// Point `id` in board coordinates, metres.
inline Eigen::Vector3d corner_position(const Board& board, int id) {
  const Eigen::Vector2d point = flat_position(board, id);
  const Eigen::Vector3d flat(point.x(), point.y(), 0.0);
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
