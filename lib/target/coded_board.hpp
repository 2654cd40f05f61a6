#pragma once
// Finds a board with codes in the cells of its lattice: the lattice first, then the codes in it.
// The lattice is followed in local steps, so that any lens may bend it and any part may be covered.

#include <opencv2/core/mat.hpp>
#include <optional>
#include <vector>

#include "scene/board.hpp"
#include "target/coded_lattice.hpp"
#include "target/grid.hpp"

namespace calib {

struct CodedMatch {
  std::size_t print = 0;  ///< which of the prints it is
  /// The corners to about a pixel; empty if no code of the board was found.
  Grid grid;
  bool other_codes = false;  ///< whether there are other codes of the same dictionary instead
  /// The codes in the lattice that shows most of them, of which those of the board are preferred.
  std::vector<ReadCode> read;
  std::optional<SeenPattern> seen;  ///< see Numbering
};

/// The place of each marker of a board in its lattice: between the corners (column, row) and
/// (column
/// + 1, row + 1).
struct MarkerCell {
  int id = 0, column = 0, row = 0;
};
/// The codes of these markers. Leaves out ids that the dictionary does not have.
CodedBoard coded_board(const Board& board, const std::vector<MarkerCell>& markers,
                       const CodeFormat& format);

/// `gray` is 8-bit with one channel. `prints` are the ways in which the board may be printed, the
/// usual one first.
CodedMatch find_coded_board(const cv::Mat& gray, const std::vector<CodedBoard>& prints);

/// make(board), which each thread keeps until it is asked about another board: tables of codes are
/// the same from one image to the next.
template <auto make>
const auto& kept_for(const Board& board) {
  thread_local Board known;
  thread_local decltype(make(board)) value;
  if (known != board) {
    value = make(board);
    known = board;
  }
  return value;
}

/// Whether there are four corners that do not all lie in one row, column or diagonal.
bool spans_a_plane(const Board& board, const std::vector<Corner>& corners);

}  // namespace calib
