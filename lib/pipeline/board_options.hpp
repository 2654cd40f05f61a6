#pragma once
// --board 11x8 --square 30mm, --board-type charuco --board 4x5 ..., or --target FILE

#include <string>
#include <vector>

#include "base/option.hpp"
#include "scene/board.hpp"
#include "scene/board_types.hpp"

namespace calib {

struct BoardOptions {
  std::string board = {};  // COLUMNSxROWS of what the type counts
  double square_m = 0;     // as Board::square_m
  const BoardType* type = board_types().front().value;
  double marker_m = 0;  // of charuco and aprilgrid
  std::string dictionary = {};
  int first_marker = 0;
  std::string target = {};  // a file that says all of it
};
std::vector<Option> describe(BoardOptions& options);

/// Throws Error when something is missing or given twice, when a count is too small, when markers
/// do not fit, or when the square is so large (above 1 m) that the unit was probably forgotten.
/// A target file may list several boards, which must have markers that tell them apart:
///   boards:
///     - {board_type: charuco, board: 8x6, square: 40mm, marker: 30mm, dictionary: 5X5_250}
///     - {target: aprilgrid.yaml}     # relative to this file
Board make_board(const BoardOptions& options);

/// The same where only one board will do.
Board make_single_board(const BoardOptions& options);

/// "a 9x6 board looks the same after a half turn ..." for boards whose counts have the same parity;
/// "the squares are 300 mm wide, ..." for squares of an unusual size.
std::vector<std::string> board_warnings(const Board& board);

}  // namespace calib
