#include "pipeline/filming_guide.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/synthetic_world.hpp"

namespace calib::testing {
namespace {

using ::testing::HasSubstr;

// The views without those of a camera that have a corner in the left third of its picture.
Observations without_left(Observations observations, int camera) {
  const double third = observations.cameras.at(camera).image_size.width / 3.0;
  std::erase_if(observations.views, [&](const View& view) {
    return view.camera == camera &&
           std::any_of(view.corners.begin(), view.corners.end(),
                       [&](const Corner& corner) { return corner.x < third; });
  });
  return observations;
}

double smallest_x(const std::vector<Eigen::Vector2d>& outline) {
  double least = 1e9;
  for (const Eigen::Vector2d& pixel : outline) least = std::min(least, pixel.x());
  return least;
}

TEST(FilmingGuide, AsksForThePlaceThatIsMissingBeforeTheRigIsSolved) {
  const World world = make_world(small_rig(2, 15), kBoard, 0.1);
  const Observations observations = without_left(world.observations, 1);
  FilmingGuide guide(kBoard, 0);
  const FilmingState state = guide.advise(observations);
  ASSERT_TRUE(state.next);
  EXPECT_EQ(state.next->camera, "cam1");
  EXPECT_THAT(state.next->text, HasSubstr("left"));
  ASSERT_EQ(state.next->outlines.size(), 2U);
  EXPECT_LT(smallest_x(state.next->outlines[1]), 1280 / 3.0);
  EXPECT_FALSE(state.verdict);
  EXPECT_FALSE(state.is_enough);
}

TEST(FilmingGuide, AsksForThePlaceThatIsMissingInASolvedRig) {
  const World world = make_world(small_rig(2, 25), kBoard, 0.1);
  const Observations observations = without_left(world.observations, 1);
  FilmingGuide guide(kBoard, 0);
  guide.advise(observations);
  guide.take(solve_so_far(observations, {}));
  const FilmingState state = guide.advise(observations);
  EXPECT_EQ(state.obstacle, "");
  ASSERT_TRUE(state.verdict);
  ASSERT_TRUE(state.next && state.next->gain);
  EXPECT_GT(*state.next->gain, 0);
  ASSERT_FALSE(state.next->outlines[1].empty()) << state.next->text;
  EXPECT_LT(smallest_x(state.next->outlines[1]), 1280 / 3.0) << state.next->text;
  EXPECT_TRUE(state.cameras[1].focal_sigma && state.cameras[1].center_sigma_m);
}

TEST(FilmingGuide, SaysWhenEnoughWasFilmed) {
  const World world = make_world(small_rig(2, 40), kBoard, 0.05);
  FilmingGuide guide(kBoard, 0);
  guide.take(solve_so_far(world.observations, {}));
  const FilmingState state = guide.advise(world.observations);
  EXPECT_EQ(state.verdict, Verdict::kGood) << state.reasons.front();
  EXPECT_TRUE(state.is_enough) << *state.next->gain;
}

TEST(FilmingGuide, GoesOnAfterCamerasThatSeeNothingYet) {
  World world = make_world(small_rig(3, 12), kBoard, 0.1);
  std::erase_if(world.observations.views, [](const View& view) { return view.camera == 2; });
  FilmingGuide guide(kBoard, 0);
  guide.take(solve_so_far(world.observations, {}));
  const FilmingState state = guide.advise(world.observations);
  EXPECT_EQ(state.obstacle, "");
  EXPECT_FALSE(state.is_enough);
  ASSERT_TRUE(state.next);
  EXPECT_EQ(state.next->camera, "cam2");
}

TEST(FilmingGuide, TellsWhyTheRigCannotBeSolved) {
  World world = make_world(small_rig(2, 6), kBoard, 0.1);
  // No frame is seen by both.
  std::erase_if(world.observations.views,
                [](const View& view) { return view.frame % 2 == view.camera; });
  EXPECT_NE(solve_so_far(world.observations, {}).obstacle, "");
}

TEST(FilmingGuide, GuidesOneCameraAlone) {
  const World world = make_world(small_rig(1, 15), kBoard, 0.1);
  FilmingGuide guide(kBoard, 0);
  guide.take(solve_so_far(world.observations, {}));
  const FilmingState state = guide.advise(world.observations);
  EXPECT_EQ(state.obstacle, "");
  ASSERT_TRUE(state.next);
  EXPECT_TRUE(state.next->gain);
}

TEST(FilmingGuide, NamesTheBoardThatIsSeenInstead) {
  World world = make_world(small_rig(1, 6), kBoard, 0.1);
  for (const View& view : world.observations.views)
    world.observations.missing.push_back({view, view.image, "wrong_size 9x6"});
  world.observations.views.clear();
  EXPECT_THAT(FilmingGuide(kBoard, 0).advise(world.observations).warning, HasSubstr("9x6"));
}

}  // namespace
}  // namespace calib::testing
