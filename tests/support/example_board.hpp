#pragma once
// A board of any type, so that what must hold for every type is tested over the whole list.

#include "scene/board_counts.hpp"
#include "scene/board_types.hpp"

namespace calib::testing {

/// Counted as --board counts; of a type without counts one.
inline Board example_board(const BoardType& type, int counts_x, int counts_y) {
  Board board{&type, 0, 0, 0.025};
  board = type.has_counts ? with_counts(board, counts_x, counts_y) : with_counts(board, 1, 1);
  if (type.markers) {
    board.marker_m = (type.has_counts ? 0.7 : 1) * board.square_m;
    board.dictionary = type.markers->usual_dictionary ? type.markers->usual_dictionary : "5X5_250";
  }
  return board;
}

}  // namespace calib::testing
