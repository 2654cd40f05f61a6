#include "scene/board_symmetry.hpp"

#include <algorithm>
#include <numeric>

namespace calib {
namespace {

// The half turn reverses rows and columns, and so the ids.
Relabeling half_turn(const Board& board) {
  const int count = corner_count(board);
  Relabeling map(count);
  for (int id = 0; id < count; ++id) map[id] = count - 1 - id;
  return map;
}

// (row, column) becomes (column, n - 1 - row); for a square grid only.
Relabeling quarter_turn(const Board& board) {
  const int n = board.corners_x;
  Relabeling map(n * n);
  for (int id = 0; id < n * n; ++id) map[id] = (id % n) * n + (n - 1 - id / n);
  return map;
}

// Whether the square diagonally outside corner 0 has the same color as the one diagonally outside
// corner map[0], to which the turn moves it. Colors alternate, so the parity of the number of
// squares between the two decides.
bool keeps_colors(const Board& board, const Relabeling& map) {
  const int row = map[0] / board.corners_x, column = map[0] % board.corners_x;
  const int squares_down =
      row == 0 ? 0 : board.corners_y;  // from the square before row 0 to the one after the last
  const int squares_right = column == 0 ? 0 : board.corners_x;
  return (squares_down + squares_right) % 2 == 0;
}

// After a half turn, the last point is where the first one was. Staggered rows of circles have a
// point in the far corner only if the number of rows is even.
bool half_turn_fits(const Board& board) {
  return flat_position(board, corner_count(board) - 1) == flat_extent(board);
}

bool quarter_turn_fits(const Board& board) {
  const Eigen::Vector2d extent = flat_extent(board);
  return board.corners_x == board.corners_y && extent.x() == extent.y();
}

}  // namespace

std::vector<Relabeling> relabelings(const Board& board) {
  Relabeling identity(corner_count(board));
  std::iota(identity.begin(), identity.end(), 0);
  if (board.type->turn == TurnToldBy::kNumbers || !half_turn_fits(board)) return {identity};
  std::vector<Relabeling> all = {identity, half_turn(board)};
  if (!quarter_turn_fits(board)) return all;
  const Relabeling quarter = quarter_turn(board);
  Relabeling three_quarters(quarter.size());
  for (std::size_t id = 0; id < quarter.size(); ++id) three_quarters[id] = all[1][quarter[id]];
  all.push_back(quarter);
  all.push_back(three_quarters);
  return all;
}

std::vector<Relabeling> ambiguous_relabelings(const Board& board) {
  std::vector<Relabeling> all = relabelings(board);
  if (board.type->turn == TurnToldBy::kColors)
    std::erase_if(all, [&](const Relabeling& map) { return !keeps_colors(board, map); });
  return all;
}

}  // namespace calib
