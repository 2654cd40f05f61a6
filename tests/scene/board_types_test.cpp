#include "scene/board_types.hpp"

#include <gmock/gmock.h>

#include <numbers>
#include <set>

#include "scene/board_symmetry.hpp"
#include "support/example_board.hpp"

namespace calib {
namespace {

class EveryBoardType : public ::testing::TestWithParam<Named<const BoardType*>> {
 protected:
  Board board(int counts_x, int counts_y) const {
    return testing::example_board(*GetParam().value, counts_x, counts_y);
  }
};

INSTANTIATE_TEST_SUITE_P(List, EveryBoardType, ::testing::ValuesIn(board_types()),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_P(EveryBoardType, HasANameOfItsOwn) {
  EXPECT_EQ(find_named(board_types(), GetParam().name)->value, GetParam().value);
  EXPECT_STRNE(GetParam().name, kSeveralBoards.name);
}

TEST_P(EveryBoardType, CountsBackFromItsPoints) {
  if (!GetParam().value->has_counts) return;
  EXPECT_EQ(counted_size(board(4, 7)), "4x7");
  EXPECT_EQ(board_name(board(4, 7)), std::string("4x7 ") + GetParam().name);
}

TEST_P(EveryBoardType, HasEachPointInItsOwnPlaceInsideTheExtent) {
  const Board example = board(4, 7);
  EXPECT_EQ(flat_position(example, 0), Eigen::Vector2d(0, 0));
  std::set<std::pair<double, double>> places;
  for (int id = 0; id < corner_count(example); ++id) {
    const Eigen::Vector2d place = flat_position(example, id);
    EXPECT_TRUE(places.emplace(place.x(), place.y()).second) << id;
    EXPECT_TRUE((place.array() <= flat_extent(example).array()).all()) << id;
  }
}

TEST_P(EveryBoardType, HasMarkersIfItsRowSaysSo) {
  const BoardType& type = *GetParam().value;
  EXPECT_EQ(marker_count(board(4, 7)) > 0, type.markers.has_value());
  // A board whose parts are numbered cannot look the same when it is turned.
  EXPECT_TRUE(!type.markers || type.turn == TurnToldBy::kNumbers);
}

// Whether the relabeling is a turn of the flat board about its middle, by `quarters` of a circle.
bool is_turn(const Board& board, const Relabeling& map, int quarters) {
  const Eigen::Vector2d middle = flat_extent(board) / 2;
  const Eigen::Rotation2Dd turn(quarters * std::numbers::pi / 2);
  for (int id = 0; id < corner_count(board); ++id) {
    const Eigen::Vector2d turned = turn * (flat_position(board, id) - middle);
    if ((flat_position(board, map[id]) - middle - turned).norm() > 1e-9) return false;
  }
  return true;
}

// Whether that turn brings every point to the place of one.
bool fits_itself(const Board& board, int quarters) {
  const Eigen::Vector2d middle = flat_extent(board) / 2;
  const Eigen::Rotation2Dd turn(quarters * std::numbers::pi / 2);
  for (int id = 0; id < corner_count(board); ++id) {
    const Eigen::Vector2d turned = middle + turn * (flat_position(board, id) - middle);
    bool fits = false;
    for (int other = 0; other < corner_count(board); ++other)
      fits |= (flat_position(board, other) - turned).norm() < 1e-9;
    if (!fits) return false;
  }
  return true;
}

TEST_P(EveryBoardType, IsRelabeledByTheTurnsThatFitIt) {
  for (const auto& [x, y] : {std::pair{4, 7}, {4, 6}, {5, 5}, {4, 4}}) {
    const Board example = board(x, y);
    SCOPED_TRACE(board_name(example));
    const std::vector<Relabeling> all = relabelings(example);
    std::set<int> expected = {0}, found;
    if (GetParam().value->turn != TurnToldBy::kNumbers) {
      for (const int quarters : {1, 2, 3})
        if (fits_itself(example, quarters)) expected.insert(quarters);
    }
    for (const Relabeling& map : all)
      for (int quarters = 0; quarters < 4; ++quarters)
        if (is_turn(example, map, quarters)) found.insert(quarters);
    EXPECT_TRUE(is_turn(example, all.front(), 0));
    EXPECT_EQ(found, expected);
    EXPECT_EQ(all.size(), expected.size());
    for (const Relabeling& map : ambiguous_relabelings(example))
      EXPECT_THAT(all, ::testing::Contains(map));
  }
}

}  // namespace
}  // namespace calib
