#pragma once
// Saddle points that continue each other's lines, as a lattice with integer coordinates.

#include <array>
#include <vector>

#include "corner/saddle.hpp"

namespace calib {

struct Cell {
  int i = 0, j = 0;
  bool operator==(const Cell&) const = default;
};

/// A patch of lattice. i cross j is positive (clockwise on the screen), and along +i the line
/// through a corner is rising where i + j is even, falling where it is odd.
class Lattice {
 public:
  /// Coordinates from -reach to reach.
  explicit Lattice(int reach);
  int reach() const { return reach_; }
  bool holds(Cell cell) const;                ///< within reach, with room for neighbors
  const Saddle* find(Cell cell) const;        ///< null: empty, or out of reach
  void add(Cell cell, const Saddle& saddle);  ///< the cell must be empty and within reach
  int size() const { return static_cast<int>(cells_.size()); }
  const std::vector<Cell>& cells() const { return cells_; }  ///< in the order of adding
  Cell first() const { return first_; }                      ///< least i, least j
  Cell last() const { return last_; }

 private:
  int reach_;
  std::vector<int> index_;
  std::vector<Cell> cells_;
  std::vector<Saddle> saddles_;
  Cell first_, last_;
};

/// Which of a corner's lines runs along +i: 0 rising, 1 falling.
inline int line_along_i(Cell cell) { return (cell.i + cell.j) & 1; }

/// Links every saddle to its neighbors along its two lines, and returns the lattices of four and
/// more corners, the largest first, at most six.
std::vector<Lattice> link_saddles(const ResponseMap& map, const std::vector<Saddle>& saddles,
                                  int reach);

/// Where an empty cell's corner must be, by its neighbors' spacing.
struct Prediction {
  float x = 0, y = 0, spacing = 0;
};
bool predict(const Lattice& lattice, Cell cell, Prediction& prediction);

/// Looks for the corner of an empty cell where it is predicted: among the response's maxima, with
/// laxer rules, and with the neighbors' lines leading to it.
bool find_corner(const ResponseMap& map, const Lattice& lattice, Cell cell, Saddle& saddle);

/// Adds corners around and inside the lattice until there is nothing to add. When it already is as
/// large as a board of columns x rows it is filled, not grown.
void grow(const ResponseMap& map, int columns, int rows, Lattice& lattice);

}  // namespace calib
