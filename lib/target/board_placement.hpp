#pragma once
// How the board lies on a lattice of saddle points: which corner is which, and whether that is
// certain.

#include <vector>

#include "scene/board.hpp"
#include "target/saddle_lattice.hpp"

namespace calib {

/// Corner (column, row) of the board is at the cell origin + column * along + row * down.
struct Placement {
  Cell origin, along, down;
};

Cell cell_of(const Placement& placement, int column, int row);

enum class Sight {
  kNone,       ///< the lattice is no board, or too little of one
  kWhole,      ///< every corner of the board is seen
  kPart,       ///< some corners are, and it is certain which
  kAmbiguous,  ///< some corners are, but not enough of the board's rim to tell which
  kLarger,     ///< the squares go on beyond the board asked for
  kOtherSize,  ///< a whole board of another size
};

struct BoardSight {
  Sight sight = Sight::kNone;
  Placement placement{};   ///< of kWhole and kPart
  int seen = 0;            ///< corners of the board in the lattice
  int missed = 0;          ///< corners that should be inside the picture and are not in the lattice
  int wide = 0, high = 0;  ///< of kOtherSize: its corners
};

/// Lays the whole board on the lattice: kWhole, kLarger or kNone. Of the placements that look the
/// same the one is taken whose outer square at corner 0 is dark, then the one whose corner 0 is
/// nearest to the picture's top-left.
BoardSight place_whole(const ResponseMap& map, const Lattice& lattice, const Board& board);

/// Lays the board on a lattice that holds only a part of it. Along each direction either the
/// lattice is as wide as the board, or the board is seen to end on one side and leaves the picture
/// on the other. Lines of cells that hardly hold anything are taken off the lattice first.
BoardSight place_part(const ResponseMap& map, Lattice& lattice, const Board& board);

}  // namespace calib
