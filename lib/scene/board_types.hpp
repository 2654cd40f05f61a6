#pragma once
// THE LIST of boards: what --board counts, what its points are, what else must be known.

#include <string>
#include <vector>

#include "scene/board.hpp"

namespace calib {

struct BoardType {
  const char* name;
  const char* counts;  ///< what its size counts: "inner corners", "squares", "tags", "circles"
  bool has_markers;    ///< needs a dictionary and the side of its markers
  /// Points in a row for a count: counts * points_a_count + points_more.
  int points_a_count, points_more;
};

const std::vector<BoardType>& board_types();
std::vector<std::string> board_type_names();
/// Throws Error with the nearest name when there is none.
const BoardType& find_board_type(const std::string& name);

/// The size of one board as --board counts it: "6x6" tags for an aprilgrid of 12x12 points.
std::string counted_size(const Board& board);

/// "9x6 chessboard", "6x6 aprilgrid + 5x7 charuco"
std::string board_name(const Board& board);

/// Everything that says what it is: "5x7 charuco, 30 mm, markers 22 mm of 4X4_250 from 0"; several
/// boards one after the other.
std::string describe_board(const Board& board);

/// How many markers a single board has.
int marker_count(const Board& board);

}  // namespace calib
