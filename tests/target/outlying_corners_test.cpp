#include "target/outlying_corners.hpp"

#include <gtest/gtest.h>

#include "scene/board.hpp"

namespace calib {
namespace {

const Board kGrid{&kPuzzleboard, 12, 8, 0.03};

// The board through a lens of 150 degrees, near its rim.
std::vector<Corner> seen_through_a_fisheye() {
  const Projector lens(make_intrinsics("fisheye", {1280, 720}, 380, 381, 640, 358));
  const Pose pose{exp_so3({0.3, -0.4, 0.2}), {-0.05, -0.1, 0.16}};
  std::vector<Corner> corners;
  for (int id = 0; id < corner_count(kGrid); ++id)
    if (const auto pixel = lens.project(pose * corner_position(kGrid, id)))
      corners.push_back({id, pixel->x(), pixel->y(), 0.02});
  return corners;
}

TEST(OutlyingCorners, AreErasedAloneHoweverTheLensBendsTheBoard) {
  const std::vector<Corner> all = seen_through_a_fisheye();
  std::vector<Corner> corners = all;
  erase_outlying(corners, kGrid);
  EXPECT_EQ(corners, all);
  for (const std::size_t wrong : {40U, 95U}) {  // inside, and in the farthest corner of the board
    std::vector<Corner> spoiled = all, expected = all;
    spoiled[wrong].x += 5;
    expected.erase(expected.begin() + static_cast<std::ptrdiff_t>(wrong));
    erase_outlying(spoiled, kGrid);
    EXPECT_EQ(spoiled, expected) << wrong;
  }
}

TEST(OutlyingCorners, WithFewNeighborsAreKept) {
  std::vector<Corner> corners = {
      {0, 100, 100, 0}, {1, 140, 100, 0}, {12, 100, 140, 0}, {13, 150, 155, 0}};
  erase_outlying(corners, kGrid);
  EXPECT_EQ(corners.size(), 4u);
}

}  // namespace
}  // namespace calib
