#pragma once
// The ways in which one board can be numbered, and which of them a picture cannot tell apart.

#include <vector>

#include "scene/board.hpp"

namespace calib {

/// A numbering of the board: new id = map[id].
using Relabeling = std::vector<int>;

/// The numberings that keep the board's shape and handedness, the identity first: 2 for a
/// rectangular grid (half turn), 4 for a square one. Only the identity for boards whose markers or
/// asymmetry number them.
std::vector<Relabeling> relabelings(const Board& board);

/// Those of relabelings() that leave the colors of the squares as they are, so that no single
/// picture can tell them apart. Only the identity when one corner count is even and the other odd.
std::vector<Relabeling> ambiguous_relabelings(const Board& board);

}  // namespace calib
