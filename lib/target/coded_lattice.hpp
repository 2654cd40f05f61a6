#pragma once
// Numbers the corners of a lattice by the codes that are printed in its cells.

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "target/board_placement.hpp"
#include "target/cell_reader.hpp"

namespace calib {

/// A code on the board.
struct BoardCode {
  /// It is in the cell between the corners (column, row) and (column + 1, row + 1). On the rim of
  /// the board, some of the four corners do not exist.
  int column = 0, row = 0;
  /// Its bits (see CellReading) as they are read in a lattice whose axis +i runs along the board's
  /// rows [0], down its columns reversed [1], and so on: turned by 0 to 3 quarter turns.
  std::array<std::uint64_t, 4> turned{};
};

/// The bits of an upright code, n x n and row by row, as BoardCode::turned.
std::array<std::uint64_t, 4> all_turns(std::uint64_t bits, int n);

/// A board in whose cells codes are printed.
struct CodedBoard {
  int corners_x = 0, corners_y = 0;
  CodeFormat format;
  bool in_bright_cells = true;  ///< whether the cells with codes are bright around the code
  std::vector<BoardCode> codes;
  bool inverted = false;             ///< printed with black and white exchanged
  std::vector<std::uint64_t> known;  ///< all upright codes of the dictionary
};

/// Which corner of the board each corner of a lattice is.
struct Numbering {
  Placement placement;
  /// The logarithm (base 2) of how much more probable the bits that were read are with this
  /// placement than by chance, after the number of possible placements is taken into account.
  double evidence = 0;
  std::vector<Cell> agreeing;  ///< cells whose code is the one of the placement
};

/// Returns the numbering with the most evidence, or nullopt if none has enough. `map` is level
/// `level` of the pyramid of `picture`, in which the lattice was found. `others` is increased by
/// the number of cells that show codes of the dictionary, if the lattice is not this board.
std::optional<Numbering> number_lattice(const GrayView& picture, const ResponseMap& map, int level,
                                        const Lattice& lattice, const CodedBoard& board,
                                        int& others);

/// The distances between the lines of a lattice with this placement of the board.
LineGaps line_gaps(const Placement& placement, const CodedBoard& board);

/// Whether a cell at this corner of the lattice shows the code of the placement.
bool is_numbered(const Numbering& numbering, Cell corner);

}  // namespace calib
