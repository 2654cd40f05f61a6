#include "scene/board_symmetry.hpp"

#include <gmock/gmock.h>

#include <set>

namespace calib {
namespace {

Board board_of(int x, int y) { return {&kChessboard, x, y, 0.03}; }

TEST(BoardSymmetry, CountsTheAmbiguousNumberings) {
  EXPECT_EQ(ambiguous_relabelings(board_of(11, 8)).size(), 1u);  // odd, even: colors are unique
  EXPECT_EQ(ambiguous_relabelings(board_of(9, 7)).size(), 2u);   // odd, odd: half turn
  EXPECT_EQ(ambiguous_relabelings(board_of(8, 6)).size(), 2u);   // even, even: half turn
  EXPECT_EQ(ambiguous_relabelings(board_of(6, 6)).size(), 4u);   // all corner squares are equal
  EXPECT_EQ(ambiguous_relabelings(board_of(7, 7)).size(), 2u);   // a quarter turn swaps the colors
}

TEST(BoardSymmetry, RelabelingsKeepNeighborsAndHandedness) {
  for (const Board& board : {board_of(11, 8), board_of(6, 6), board_of(7, 7)}) {
    for (const Relabeling& map : relabelings(board)) {
      EXPECT_EQ(std::set<int>(map.begin(), map.end()).size(), map.size());
      const auto at = [&](int id) {
        return Eigen::Vector2d(map[id] % board.corners_x, map[id] / board.corners_x);
      };
      const Eigen::Vector2d along = at(1) - at(0), down = at(board.corners_x) - at(0);
      EXPECT_EQ(along.norm(), 1);
      EXPECT_EQ(along.x() * down.y() - along.y() * down.x(), 1);
    }
  }
}

TEST(BoardSymmetry, AmbiguousOnesKeepTheColorOfEverySquare) {
  const Board board = board_of(6, 6);
  for (const Relabeling& map : ambiguous_relabelings(board)) {
    // The color of the square between corners 0, 1 and the row below is the parity of its position.
    const int a = map[0], b = map[board.corners_x + 1];
    const int column = std::min(a % 6, b % 6), row = std::min(a / 6, b / 6);
    EXPECT_EQ((row + column) % 2, 0);
  }
}

}  // namespace
}  // namespace calib
