#pragma once
// The calibration target as data. Board frame: origin at corner 0, x along a row of corners, y down
// the columns, z = x cross y, which points away from a camera that looks at the printed side.

#include <Eigen/Core>
#include <string>

namespace calib {

struct Board {
  std::string type = "chessboard";
  int corners_x = 0;    ///< inner corners in a row
  int corners_y = 0;    ///< rows of inner corners
  double square_m = 0;  ///< side of a square, metres
  bool operator==(const Board&) const = default;
};

inline int corner_count(const Board& board) { return board.corners_x * board.corners_y; }

/// Corner `id` = row * corners_x + column, in board coordinates, metres.
inline Eigen::Vector3d corner_position(const Board& board, int id) {
  return {board.square_m * (id % board.corners_x), board.square_m * (id / board.corners_x), 0.0};
}

/// "11x8"
inline std::string size_text(const Board& board) {
  return std::to_string(board.corners_x) + "x" + std::to_string(board.corners_y);
}

}  // namespace calib
