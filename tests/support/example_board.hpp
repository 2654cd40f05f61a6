#pragma once
// A board of any type, so that what must hold for every type is tested over the whole list.

#include "scene/board.hpp"
#include "scene/board_types.hpp"

namespace calib::testing {

/// Counted as --board counts; of a type without counts one.
inline Board example_board(const BoardType& type, int counts_x, int counts_y) {
  const auto points = [&](int count) {
    return (type.has_counts ? count : 1) * type.points_a_count + type.points_more;
  };
  Board board{&type, points(counts_x), points(counts_y), 0.025};
  if (type.markers) {
    board.marker_m = (type.has_counts ? 0.7 : 1) * board.square_m;
    board.dictionary = type.markers->usual_dictionary ? type.markers->usual_dictionary : "5X5_250";
  }
  return board;
}

}  // namespace calib::testing
