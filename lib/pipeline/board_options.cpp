#include "pipeline/board_options.hpp"

#include <fmt/format.h>

#include "base/errors.hpp"
#include "base/text.hpp"
#include "scene/board_symmetry.hpp"

namespace calib {
namespace {

// Squares beyond these are rare, and mostly a wrong unit.
constexpr double kLargeSquare_m = 0.2, kSmallSquare_m = 0.003;

}  // namespace

std::vector<Option> describe(BoardOptions& o) {
  return {
      Option::text("board", o.board, "inner corners of the chessboard, COLUMNSxROWS", "11x8"),
      Option::length("square", o.square_m, "side of one square, with its unit: 30mm"),
  };
}

Board make_board(const BoardOptions& options) {
  require(!options.board.empty(),
          "board: missing: give the inner corners of the chessboard, such as --board 11x8");
  require(options.square_m > 0,
          "square: missing: give the side of one square, such as --square 30mm");
  const auto [x, y] = parse_size(options.board, "board size");
  require(
      x >= 3 && y >= 3,
      fmt::format(
          "board: found '{}', expected at least 3 inner corners each way (one less than squares)",
          options.board));
  if (options.square_m > 1) {
    throw Error(fmt::format(
        "square: found {} metres, expected less than 1 m: was {}mm meant? Write the unit: --square "
        "{}mm",
        to_text(options.square_m), to_text(options.square_m), to_text(options.square_m)));
  }
  return {"chessboard", x, y, options.square_m};
}

std::vector<std::string> board_warnings(const Board& board) {
  std::vector<std::string> warnings;
  if (ambiguous_relabellings(board).size() > 1) {
    warnings.push_back(fmt::format(
        "a {} board looks the same after a half turn: corner numbers may differ between pictures; "
        "a board with one even and one odd count, such as {}x{}, avoids the question",
        size_text(board), board.corners_x + 1, board.corners_y));
  }
  if (board.square_m > kLargeSquare_m || board.square_m < kSmallSquare_m) {
    warnings.push_back(
        fmt::format("the squares are taken to be {} mm wide: a number without a unit is in metres",
                    to_text(1000 * board.square_m)));
  }
  return warnings;
}

}  // namespace calib
