#pragma once
// --board 11x8 --square 30mm

#include <string>
#include <vector>

#include "base/option.hpp"
#include "scene/board.hpp"

namespace calib {

struct BoardOptions {
  std::string board;    // inner corners, COLUMNSxROWS
  double square_m = 0;  // side of a square
};
std::vector<Option> describe(BoardOptions& options);

/// Throws Error when one is missing, when a count is below 3, or when the square is so large (above
/// 1 m) that the unit was probably forgotten.
Board make_board(const BoardOptions& options);

/// "a 9x6 board looks the same after a half turn ..." for boards whose counts have the same parity;
/// "the squares are taken to be 300 mm wide ..." for squares of an unusual size.
std::vector<std::string> board_warnings(const Board& board);

}  // namespace calib
