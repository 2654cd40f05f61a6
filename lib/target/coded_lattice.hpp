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

/// A code of the dictionary that was read in a lattice: its id, and its cell in columns and rows of
/// a board whose codes are upright, counted from any cell.
struct ReadCode {
  int id = 0, column = 0, row = 0;
};

/// Codes in a lattice that are not those of the board.
struct SeenCodes {
  int others = 0;  ///< cells with codes of the dictionary in lattices that are not this board
  std::vector<ReadCode> read;  ///< those of one lattice that are turned the same way
};

/// The bits of an upright code, n x n and row by row, as BoardCode::turned.
std::array<std::uint64_t, 4> all_turns(std::uint64_t bits, int n);

/// Dots on the edges between neighboring corners: 1 is white, 0 black.
struct EdgeDots {
  /// The part of the pattern around the board that is known: so many columns and rows of corners,
  /// of which so many are before those of the board.
  int columns = 0, rows = 0, before = 0;
  std::vector<char> to_right;  ///< from corner row * columns + column to the next in its row
  std::vector<char> down;      ///< from there to the next in its column
  double radius = 0;           ///< of a dot, as a share of the edge
  bool first_is_dark = true;   ///< whether the square diagonally outside corner 0 is dark
};

/// A board in whose cells codes are printed.
struct CodedBoard {
  int corners_x = 0, corners_y = 0;
  CodeFormat format;
  bool in_bright_cells = true;  ///< whether the cells with codes are bright around the code
  std::vector<BoardCode> codes;
  bool inverted = false;             ///< printed with black and white exchanged
  std::vector<std::uint64_t> known;  ///< all upright codes of the dictionary
  /// Instead of codes in cells, a dot in the middle of each edge between two corners; see
  /// edge_codes.hpp.
  EdgeDots dots;
};

/// The columns and rows of corners in which the dots of the pattern are seen, counted from corner 0
/// of the board: they may lie outside the board.
struct SeenPattern {
  int first_column, end_column, first_row, end_row;

  int columns() const { return end_column - first_column; }
  int rows() const { return end_row - first_row; }
  void add(const SeenPattern& other);
};

/// Which corner of the board each corner of a lattice is.
struct Numbering {
  Placement placement;
  /// The logarithm (base 2) of how much more probable the bits that were read are with this
  /// placement than by chance, after the number of possible placements is taken into account.
  double evidence = 0;
  std::vector<Cell> corners = {};        ///< those at codes that agree with the placement
  std::optional<SeenPattern> seen = {};  ///< absent for codes in cells
};

/// How probable bits are that were read with `wrong` differences in `known` bits, against chance:
/// the logarithm (base 2) of the ratio.
double evidence_of_bits(int known, int wrong);
/// The least Numbering::evidence.
inline constexpr double kEnoughEvidence = 12;
/// The four turns of a board, with corner 0 at the origin of the lattice.
extern const std::array<Placement, 4> kQuarterTurns;

/// Returns the numbering with the most evidence, or nullopt if none has enough. `map` is level
/// `level` of the pyramid of `picture`, in which the lattice was found. `seen.others` is increased
/// by the number of cells that show codes of the dictionary, if the lattice is not this board, and
/// `seen.read` are the codes of this lattice.
std::optional<Numbering> number_lattice(const GrayView& picture, const ResponseMap& map, int level,
                                        const Lattice& lattice, const CodedBoard& board,
                                        SeenCodes& seen);

/// The print between the corners of a lattice with this placement of the board.
LatticePrint lattice_print(const Placement& placement, const CodedBoard& board);

}  // namespace calib
