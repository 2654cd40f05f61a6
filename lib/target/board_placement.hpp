#pragma once
// Finds the board in a lattice of saddle points: which saddle point is which corner of the board,
// and whether this is certain.

#include <vector>

#include "scene/board.hpp"
#include "target/saddle_lattice.hpp"

namespace calib {

/// Corner (column, row) of the board is at the cell origin + column * along + row * down.
struct Placement {
  Cell origin, along, down;
};

Cell cell_of(const Placement& placement, int column, int row);

enum class Match {
  kNone,          ///< the lattice is not a board, or too small a part of one
  kWhole,         ///< the lattice has every corner of the board
  kPart,          ///< the lattice has some corners, whose ids are certain
  kAmbiguous,     ///< the lattice has some corners, but too little of the border to know their ids
  kLarger,        ///< the lattice has a board of the requested size, and continues beyond it
  kPartOfLarger,  ///< the lattice has some corners, and squares continue where none may be
  kOtherSize,     ///< the lattice is a whole board of another size
};

struct BoardMatch {
  Match kind = Match::kNone;
  Placement placement{};      ///< for kWhole and kPart
  int seen = 0;               ///< number of corners in the lattice
  int missed = 0;             ///< number of corners inside the image that the lattice lacks
  int width = 0, height = 0;  ///< for kOtherSize: the corner counts of that board
};

/// Looks for the whole board in the lattice; returns kWhole, kLarger or kNone. Of the placements
/// that are equally good, it takes one whose outer square at corner 0 is dark, and of these the one
/// whose corner 0 is nearest to the top-left of the image.
BoardMatch match_whole(const ResponseMap& map, const Lattice& lattice, const Board& board);

/// Looks for a part of the board in the lattice. The ids are certain if, in each direction, the
/// lattice is as wide as the board, or the board is seen to end on one side and leaves the image on
/// the other. First removes outer lines of the lattice that are nearly empty.
BoardMatch match_part(const ResponseMap& map, Lattice& lattice, const Board& board);

}  // namespace calib
