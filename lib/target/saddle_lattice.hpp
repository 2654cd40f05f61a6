#pragma once
// Links saddle points along the lines that cross there, which gives a lattice with integer
// coordinates.

#include <array>
#include <vector>

#include "corner/saddle.hpp"

namespace calib {

struct Cell {
  int i = 0, j = 0;
  bool operator==(const Cell&) const = default;
};

/// A lattice with at most one saddle point in each cell. i cross j is positive (clockwise on the
/// screen). The line along +i is rising (see Saddle) where i + j is even and falling where i + j is
/// odd.
class Lattice {
 public:
  /// Coordinates are limited to [-reach, reach].
  explicit Lattice(int reach);
  int reach() const { return reach_; }
  bool holds(Cell cell) const;                ///< whether the cell is within reach
  const Saddle* find(Cell cell) const;        ///< nullptr if the cell is empty or out of reach
  void add(Cell cell, const Saddle& saddle);  ///< the cell must be empty and within reach
  int size() const { return static_cast<int>(cells_.size()); }  ///< number of saddle points
  const std::vector<Cell>& cells() const { return cells_; }     ///< in the order of adding
  Cell first() const { return first_; }                         ///< least i and least j
  Cell last() const { return last_; }                           ///< largest i and largest j

 private:
  int reach_;
  std::vector<int> index_;
  std::vector<Cell> cells_;
  std::vector<Saddle> saddles_;
  Cell first_, last_;
};

/// Which of a corner's lines runs along +i: 0 rising, 1 falling.
inline int line_along_i(Cell cell) { return (cell.i + cell.j) & 1; }

/// Whether the square between the directions +i and +j of this corner is bright: it is if the line
/// along +i is rising.
inline bool is_bright(Cell square) { return line_along_i(square) == 0; }

/// Links every saddle to its neighbors along its two lines. Returns the lattices with at least four
/// saddles, the largest first, at most `most`. `dots`: there are dots in the middle of the edges.
std::vector<Lattice> link_saddles(const ResponseMap& map, const std::vector<Saddle>& saddles,
                                  int reach, std::size_t most = 6, bool dots = false);

/// The layout of the print between the corners. The distances between lines may alternate: from
/// line `origin` along i or j to the next one it is `first`, from there to the next one `second`,
/// and so on.
struct LatticePrint {
  float first = 1, second = 1;
  Cell origin = {};
  bool dots = false;  ///< there are dots in the middle of the edges
};

/// Where the corner of an empty cell is expected, pixels, judged by the spacing of its neighbors.
struct Prediction {
  float x = 0, y = 0, spacing = 0;
};
/// Returns false if too few neighbors are known.
bool predict(const Lattice& lattice, Cell cell, Prediction& prediction,
             const LatticePrint& print = {});

/// Looks for the corner of an empty cell near its prediction, with weaker requirements than
/// find_saddles(), but the lines of its neighbors must lead to it. Returns false if there is none.
bool find_corner(const ResponseMap& map, const Lattice& lattice, Cell cell, Saddle& saddle,
                 const LatticePrint& print = {});

/// Adds corners inside and around the lattice until no more are found. Once the lattice is as large
/// as a board of columns x rows, only adds corners inside.
void grow(const ResponseMap& map, int columns, int rows, Lattice& lattice);

/// Whether edges run all the way between neighboring corners, unlike between corners that were
/// picked from a finer pattern.
bool has_whole_edges(const ResponseMap& map, const Lattice& lattice);

}  // namespace calib
