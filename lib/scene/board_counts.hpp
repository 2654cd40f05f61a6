#pragma once
// From counts, as --board has them, to points, as the rest of the program has them.

#include "scene/board.hpp"

namespace calib {

/// The number of points in a line of so many counts: 5 for 6 squares of a charuco board.
inline int points_of(const BoardType& type, int count) {
  return count * type.points_a_count + type.points_more;
}

/// The board with so many counts in a row, and rows of them.
inline Board with_counts(Board board, int columns, int rows) {
  board.corners_x = points_of(*board.type, columns);
  board.corners_y = points_of(*board.type, rows);
  return board;
}

/// The counts in a line of so many points: the inverse of points_of().
inline int count_of(const BoardType& type, int points) {
  return (points - type.points_more) / type.points_a_count;
}

}  // namespace calib
