#pragma once
// Finds the size of a board and its first marker from the numbers of its markers: their positions
// in the lattice give the columns, and the largest number gives the rows.

#include <optional>
#include <string>
#include <vector>

#include "scene/board.hpp"
#include "target/coded_board.hpp"

namespace calib {

/// The cells of all markers of a board by rising id, for each way in which they may be arranged.
using MarkerLayouts = std::vector<std::vector<MarkerCell>>;

/// Returns "" if `board` agrees with the codes that were read, or the reason
/// - "wrong_size 8x6": the board with this size, as --board counts it, has most of the codes where
///   they are, and at least kLeastMoreMarkers more than `board` as it is described;
/// - "wrong_first_marker 24": the same of a board of the same size whose markers start there. A
///   picture of the lower part of a board may name a later marker than the first.
/// In both cases a code of `board` is among them: other boards may carry other numbers.
/// `layouts_of` gives the layouts of a board of any size.
std::string misread_reason(const std::vector<ReadCode>& read, const Board& board,
                           MarkerLayouts (*layouts_of)(const Board&));

/// First word of the reason "wrong_first_marker 24".
inline constexpr const char* kWrongFirstMarker = "wrong_first_marker";
std::string wrong_first_marker_reason(int first_marker);

/// Boards with more columns than this, as --board counts them, are not looked for.
inline constexpr int kMostMarkedColumns = 64;
/// So many more markers must agree with another size. One at the right place by chance is rare.
inline constexpr int kLeastMoreMarkers = 2;

/// The board with so many columns, as --board counts them, and as many rows as the marker `id`
/// needs, and `more_rows`.
Board size_with_marker(const Board& board, int columns, int id, int more_rows = 0);

/// The reason "wrong_size 8x6" for a board of this size, as --board counts it.
std::string wrong_size_reason(const Board& size);

}  // namespace calib
