#pragma once
// The calibration target as data. Board frame: origin at corner 0, x along a row of corners, y down
// the columns, z = x cross y, which points away from a camera that looks at the printed side.

#include <Eigen/Core>
#include <algorithm>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "geometry/pose.hpp"
#include "scene/board_types.hpp"

namespace calib {

/// How far a board is from the flat grid of squares that it should be. With u and v from -1 to 1
/// over the corners of a row and of a column, z = bow_x (1 - u^2) + bow_y (1 - v^2) + twist u v,
/// meters: the general surface of second order but for its place and tilt, which belong to the
/// board's pose. Squares are (1 - stretch_y / 2) times as wide and (1 + stretch_y / 2) times as
/// high as their nominal side: images cannot tell which of the two is right.
struct BoardShape {
  double bow_x_m = 0, bow_y_m = 0, twist_m = 0, stretch_y = 0;
  bool operator==(const BoardShape&) const = default;
};
inline constexpr int kBoardShapeCount = 4;

/// A distance between two places of several boards that was measured, for example with a tape. A
/// place is the mean of some points, given by their ids: one corner, or all four of a tag for its
/// center.
struct BoardDistance {
  std::vector<int> from, to;
  double length_m = 0;
  double sigma_m = 0;  ///< standard deviation of the measurement
  bool operator==(const BoardDistance&) const = default;
};

/// A grid of points, numbered row by row: id = row * corners_x + column. Or several such grids that
/// are fixed to each other and numbered one after the other: then only `type` and `parts` are used.
struct Board {
  const BoardType* type = &kChessboard;  ///< never nullptr
  int corners_x = 0;                     ///< points in a row
  int corners_y = 0;                     ///< rows of points
  /// Side of a square, meters; from tag to tag; from circle to circle (acircles: half the distance
  /// in a row, which is that from row to row).
  double square_m = 0;
  BoardShape shape = {};
  double marker_m = 0;          ///< side of a marker or tag, diameter of a circle; 0: none
  std::string dictionary = {};  ///< of the markers or tags: "4X4_50"
  int first_marker = 0;         ///< the lowest id of its markers
  /// Several boards that are fixed to each other, if `type` is &kSeveralBoards; empty for a single
  /// board.
  std::vector<Board> parts = {};
  /// The pose of one of several boards. Absent until it is known: then the points of the part are
  /// in its own frame.
  std::optional<Pose> T_board_part = {};
  /// Measured distances between the parts.
  std::vector<BoardDistance> distances = {};

  // Not defaulted, because Clang 14 cannot compile that for a class that contains itself.
  bool operator==(const Board& other) const {
    return std::tie(type, corners_x, corners_y, square_m, shape, marker_m, dictionary,
                    first_marker) == std::tie(other.type, other.corners_x, other.corners_y,
                                              other.square_m, other.shape, other.marker_m,
                                              other.dictionary, other.first_marker) &&
           parts == other.parts && T_board_part == other.T_board_part &&
           distances == other.distances;
  }
};

/// More corners than any board has, all parts together. Readers refuse boards with more.
inline constexpr int kMostCorners = 1'000'000;

inline int corner_count(const Board& board) {
  if (board.parts.empty()) return board.corners_x * board.corners_y;
  int count = 0;
  for (const Board& part : board.parts) count += corner_count(part);
  return count;
}

/// Whether the positions of all points are known in one frame: false for several boards whose poses
/// relative to each other are not known.
inline bool has_one_frame(const Board& board) {
  return std::all_of(board.parts.begin(), board.parts.end(),
                     [](const Board& part) { return part.T_board_part.has_value(); });
}

/// The part that a point belongs to, and its id within this part.
struct PartPoint {
  std::size_t part = 0;
  int id = 0;
};
inline PartPoint part_point(const Board& board, int id) {
  PartPoint point{0, id};
  while (point.id >= corner_count(board.parts[point.part]))
    point.id -= corner_count(board.parts[point.part++]);
  return point;
}

/// The parts, or the board itself if it has none, and the id of the first point of each.
struct NumberedBoard {
  const Board* board;
  int first_id;
};
inline std::vector<NumberedBoard> single_boards(const Board& board) {
  if (board.parts.empty()) return {{&board, 0}};
  std::vector<NumberedBoard> boards;
  int first_id = 0;
  for (const Board& part : board.parts) {
    boards.push_back({&part, first_id});
    first_id += corner_count(part);
  }
  return boards;
}

/// The position of point `id` of a single board if it were flat, and the largest x and y of all its
/// points, meters.
inline Eigen::Vector2d flat_position(const Board& board, int id) {
  return board.type->flat_position(board, id % board.corners_x, id / board.corners_x);
}
inline Eigen::Vector2d flat_extent(const Board& board) {
  const Eigen::Vector2d last = flat_position(board, corner_count(board) - 1);
  const double widest =
      board.corners_y > 1 ? flat_position(board, 2 * board.corners_x - 1).x() : last.x();
  return {std::max(widest, last.x()), last.y()};
}

/// The derivatives of a point of a single board by bow_x, bow_y, twist and stretch_y.
inline Eigen::Matrix<double, 3, kBoardShapeCount> shape_basis(const Board& board, int id) {
  const auto across = [](double at, double end) { return end > 0 ? 2 * at / end - 1 : 0.0; };
  const Eigen::Vector2d point = flat_position(board, id), extent = flat_extent(board);
  const double u = across(point.x(), extent.x()), v = across(point.y(), extent.y());
  Eigen::Matrix<double, 3, kBoardShapeCount> basis;
  basis << 0, 0, 0, -point.x() / 2, 0, 0, 0, point.y() / 2, 1 - u * u, 1 - v * v, u * v, 0;
  return basis;
}

/// The position of point `id` in the board frame, meters.
inline Eigen::Vector3d corner_position(const Board& board, int id) {
  if (!board.parts.empty()) {
    const PartPoint point = part_point(board, id);
    const Board& part = board.parts[point.part];
    const Eigen::Vector3d position = corner_position(part, point.id);
    return part.T_board_part ? *part.T_board_part * position : position;
  }
  const Eigen::Vector2d point = flat_position(board, id);
  Eigen::Vector3d flat(point.x(), point.y(), 0.0);
  const BoardShape& shape = board.shape;
  if (shape == BoardShape{}) return flat;
  return flat + shape_basis(board, id) *
                    Eigen::Vector4d(shape.bow_x_m, shape.bow_y_m, shape.twist_m, shape.stretch_y);
}

/// The point halfway between the first and the last corner, meters.
inline Eigen::Vector3d board_middle(const Board& board) {
  return (corner_position(board, 0) + corner_position(board, corner_count(board) - 1)) / 2;
}

/// The mean of some points in the board frame, meters.
inline Eigen::Vector3d mean_position(const Board& board, const std::vector<int>& ids) {
  Eigen::Vector3d sum = Eigen::Vector3d::Zero();
  for (const int id : ids) sum += corner_position(board, id);
  return sum / static_cast<double>(ids.size());
}

/// "11x8"; of several boards "11x8 + 4x6", or "12 of 2x2" if all are equal.
std::string size_text(const Board& board);

}  // namespace calib
