#include "scene/board_faces.hpp"

#include <gmock/gmock.h>

#include <numbers>

namespace calib {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;

constexpr double kThickness_m = 0.006;
const Board kFront{&kChessboard, 5, 4, 0.03};
const Board kOther{&kChessboard, 4, 3, 0.02};

Board panel(const Board& back, double turn_rad = 0) {
  return two_faced(kFront, back, back_pose(kFront, back, {kThickness_m, turn_rad}));
}

// Where a point of the back lies in the frame of the front.
Eigen::Vector3d back_point(const Board& board, int id) {
  return corner_position(board, corner_count(board.parts.front()) + id);
}

void expect_near(const Eigen::Vector3d& point, const Eigen::Vector3d& expected) {
  EXPECT_LT((point - expected).norm(), 1e-12) << point.transpose();
}

// The first corner of the back is behind the last corner of the first row.
TEST(BoardFaces, TheBackIsTurnedLikeAPage) {
  expect_near(back_point(panel(kFront), 0), {0.12, 0, kThickness_m});
  expect_near(back_point(panel(kFront), 19), {0, 0.09, kThickness_m});
}

// One who looks at the back sees its first corner at the top left, and after a quarter turn
// clockwise at the top right, which is on the left of the front.
TEST(BoardFaces, TheBackTurnsClockwiseForOneWhoLooksAtIt) {
  const Eigen::Vector3d first = back_point(panel(kFront, std::numbers::pi / 2), 0);
  EXPECT_LT(first.x(), 0.06);
  EXPECT_LT(first.y(), 0.045);
}

TEST(BoardFaces, TheMiddlesLieBehindEachOther) {
  for (const double turn_rad : {0.0, 0.7, 2.0}) {
    const Board board = panel(kOther, turn_rad);
    const Eigen::Vector3d middle =
        (back_point(board, 0) + back_point(board, corner_count(kOther) - 1)) / 2;
    expect_near(middle, board_middle(kFront) + Eigen::Vector3d(0, 0, kThickness_m));
  }
}

TEST(BoardFaces, OnlyPartsThatLookInOppositeDirectionsAreAPanel) {
  EXPECT_TRUE(is_panel(panel(kOther)));
  EXPECT_FALSE(is_panel(kFront));
  const Pose beside{Eigen::Quaterniond::Identity(), {0.3, 0, 0}};
  EXPECT_FALSE(is_panel(two_faced(kFront, kOther, beside)));
}

TEST(BoardFaces, AreEqualIfTheirPrintsAre) {
  Board board = panel(kFront);
  EXPECT_TRUE(has_equal_faces(board));
  board.parts[1].shape.bow_x_m = 1e-4;
  EXPECT_TRUE(has_equal_faces(board));
  EXPECT_FALSE(has_equal_faces(panel(kOther)));
  EXPECT_FALSE(has_equal_faces(kFront));
}

TEST(BoardFaces, APictureShowsOneOfTwoEqualFaces) {
  EXPECT_EQ(board_in_pictures(panel(kFront)), kFront);
  EXPECT_EQ(board_in_pictures(panel(kOther)), panel(kOther));
}

TEST(BoardFaces, ObservationsOfTheFrontHaveItsNumbers) {
  Observations observations;
  observations.board = panel(kFront);
  observations.views.resize(1);
  observations.views[0].corners = {{2, 10, 0}, {20, 30, 0}, {39, 40, 0}};
  const Observations front = as_front(observations);
  EXPECT_EQ(front.board, kFront);
  EXPECT_THAT(front.views[0].corners,
              ElementsAre(Field(&Corner::id, 0), Field(&Corner::id, 2), Field(&Corner::id, 19)));
  observations.board = panel(kOther);
  EXPECT_EQ(as_front(observations).views[0].corners.back().id, 39);
}

}  // namespace
}  // namespace calib
