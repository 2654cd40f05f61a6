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
  std::vector<std::string> ids = {};  // of loose tags: "0", "5-9"
  std::string target = {};            // a file that says all of it
  std::string back = {};   // of the panel: "same", the first marker of its board, or a file
  double thickness_m = 0;  // of the panel
  double back_turn_deg = 0;
};
std::vector<Option> describe(BoardOptions& options);

/// Throws Error when something is missing or given twice, when a count is too small, when markers
/// do not fit, or when the square is so large (above 1 m) that the unit was probably forgotten.
/// A target file may list several boards, which must have markers that tell them apart:
///   boards:
///     - {board_type: charuco, board: 8x6, square: 40mm, marker: 30mm, dictionary: 5X5_250}
///     - {target: aprilgrid.yaml}     # relative to this file
///     - {board_type: tag, ids: [0, 1, 5-9], marker: 45mm}     # each tag is a board of its own
/// An entry of one board may have its T_board_part, which only `calib synth` uses. Distances
/// between tags may stand beside the list, see measured_distances.hpp. A file with one such entry
/// alone, without `boards:`, works too.
/// A board with a back has two parts, whose pose to each other is that of the options.
Board make_board(const BoardOptions& options);

/// The same where only one board will do.
Board make_single_board(const BoardOptions& options);

/// "a 9x6 board looks the same after a half turn ..." for boards whose counts have the same parity;
/// "the squares are 300 mm wide, ..." for squares of an unusual size.
std::vector<std::string> board_warnings(const Board& board);

}  // namespace calib
