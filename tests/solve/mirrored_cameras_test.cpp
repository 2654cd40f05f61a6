#include "solve/mirrored_cameras.hpp"

#include <gmock/gmock.h>

#include "base/errors.hpp"
#include "scene/board_types.hpp"
#include "solve/solve_all.hpp"
#include "support/error_text.hpp"
#include "support/synthetic_world.hpp"

namespace calib {
namespace {

using ::testing::HasSubstr;
using testing::kBoard;
using ::testing::Not;
using testing::solve_all;

// What a detector finds in the pictures of a camera after they were flipped left-right: it numbers
// the board from the other end of the axis that keeps the colors of its squares.
void mirror(Observations& observations, int camera) {
  const Board& board = observations.board;
  const bool flip_x = board.corners_x % 2 == 0 && board.type == &kChessboard ? false : true;
  const double last_px =
      observations.cameras[static_cast<std::size_t>(camera)].image_size.width - 1;
  for (View& view : observations.views) {
    if (view.camera != camera) continue;
    for (Corner& corner : view.corners) {
      int column = corner.id % board.corners_x, row = corner.id / board.corners_x;
      (flip_x ? column : row) = flip_x ? board.corners_x - 1 - column : board.corners_y - 1 - row;
      corner.id = row * board.corners_x + column;
      corner.x = last_px - corner.x;
    }
    std::sort(view.corners.begin(), view.corners.end(),
              [](const Corner& a, const Corner& b) { return a.id < b.id; });
  }
}

std::string failure(const SynthOptions& options, const Board& board,
                    const std::vector<int>& mirrored) {
  auto world = testing::make_world(options, board, 0.05);
  for (const int camera : mirrored) mirror(world.observations, camera);
  return testing::error_text([&] { solve_all(world.observations); });
}

TEST(MirroredCameras, TheOneOfThreeIsNamed) {
  EXPECT_THAT(failure(testing::small_rig(3), kBoard, {1}),
              HasSubstr("the pictures of cam1 are mirrored"));
  EXPECT_THAT(failure(testing::small_rig(4), {&kChessboard, 9, 6, 0.03}, {0}),
              HasSubstr("the pictures of cam0 are mirrored"));
  EXPECT_THAT(failure(testing::small_rig(5), {&kChessboard, 7, 5, 0.04}, {2, 4}),
              HasSubstr("the pictures of cam2 and cam4 are mirrored"));
}

// A plain board cannot tell which of the two sees the world as it is.
TEST(MirroredCameras, OfTwoEitherMayBeIt) {
  EXPECT_THAT(failure(testing::small_rig(2), kBoard, {1}),
              HasSubstr("the pictures of cam1, or else those of cam0, are mirrored"));
}

TEST(MirroredCameras, ASymmetricGridOfCirclesToo) {
  EXPECT_THAT(failure(testing::small_rig(3), {&kCircles, 7, 5, 0.04}, {2}),
              HasSubstr("the pictures of cam2 are mirrored"));
}

TEST(MirroredCameras, CamerasThatAreOutOfStepAreNotAccused) {
  for (const int late : {1, 3}) {
    auto world = testing::make_world(testing::small_rig(2, 15), kBoard, 0.05);
    for (View& view : world.observations.views)
      if (view.camera == 1) view.frame += late;
    try {
      solve_all(world.observations);
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), Not(HasSubstr("mirrored"))) << late;
    }
  }
}

}  // namespace
}  // namespace calib
