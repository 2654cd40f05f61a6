#pragma once
// Finds the size of a board from the numbers of its markers: their positions in the lattice give
// the columns, and the largest number gives the rows.

#include <optional>
#include <string>
#include <vector>

#include "scene/board.hpp"
#include "target/coded_board.hpp"

namespace calib {

/// The cells of all markers of a board, for each way in which its markers may be arranged.
using MarkerLayouts = std::vector<std::vector<MarkerCell>>;

/// Returns the board with the size at which most of the codes are where they belong, if these are
/// at least kLeastMoreMarkers more than belong to `board` as it is described, and if a code of
/// `board` is among them: other boards may carry other numbers. Returns nullopt if `board` agrees
/// with what was read. `layouts_of` gives the layouts of a board of any size.
std::optional<Board> size_by_codes(const std::vector<ReadCode>& read, const Board& board,
                                   MarkerLayouts (*layouts_of)(const Board&));

/// Boards with more columns than this, as --board counts them, are not looked for.
inline constexpr int kMostMarkedColumns = 64;
/// So many more markers must agree with another size. One at the right place by chance is rare.
inline constexpr int kLeastMoreMarkers = 2;

/// The board with so many columns, as --board counts them, and as many rows as the marker `id`
/// needs, and `more_rows`.
Board size_with_marker(Board board, int columns, int id, int more_rows = 0);

/// The reason "wrong_size 8x6" for a board of this size, as --board counts it.
std::string wrong_size_reason(const Board& size);

}  // namespace calib
