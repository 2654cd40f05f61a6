#include "solve/choose_frames.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <set>

#include "base/subsample.hpp"
#include "solve/solve_all.hpp"
#include "solve/solve_intrinsics.hpp"
#include "support/synthetic_world.hpp"

namespace calib {
namespace {

using testing::kBoard;

FrameChoice choose(const Observations& observations, int most, int jobs = 1) {
  const Calibration lenses = solve_intrinsics(observations, {}, jobs, no_progress());
  return choose_frames(observations, lenses, {most, 0}, jobs, no_progress());
}

std::set<std::int64_t> frames_of(const FrameChoice& choice) {
  std::set<std::int64_t> frames;
  for (const ChosenFrame& chosen : choice.frames) frames.insert(chosen.frame);
  return frames;
}

// The sum of the variances of the camera centers and focal lengths, relative to those of `best`.
double relative_variance(const Calibration& found, const Calibration& best) {
  double sum = 0;
  for (std::size_t c = 0; c < best.cameras.size(); ++c) {
    sum += std::pow(found.cameras[c].std.parameters[0] / best.cameras[c].std.parameters[0], 2);
    if (c > 0)
      sum += (found.cameras[c].std.center_m->array() / best.cameras[c].std.center_m->array())
                 .square()
                 .sum();
  }
  return sum;
}

TEST(ChooseFrames, TellMoreThanAsManyEvenlySpreadOnes) {
  const auto world = testing::make_world(testing::small_rig(3, 90), kBoard, 0.1);
  const FrameChoice choice = choose(world.observations, 15);
  ASSERT_EQ(choice.frames.size(), 15u);
  EXPECT_EQ(choice.candidates, 90u);
  const Observations chosen = select_frames(world.observations, choice);
  EXPECT_EQ(chosen.choice, choice);
  FrameChoice even;
  for (const std::size_t i : evenly_spread(90, 15))
    even.frames.push_back({world.observations.views[i].frame, 0});
  ExtrinsicsOptions options;
  options.shape.covariance = CovarianceKind::kIndependent;
  const Calibration all = testing::solve_all(world.observations, options);
  EXPECT_LT(relative_variance(testing::solve_all(chosen, options), all),
            0.7 * relative_variance(
                      testing::solve_all(select_frames(world.observations, even), options), all));
}

TEST(ChooseFrames, EachLowersTheStandardDeviations) {
  const auto world = testing::make_world(testing::small_rig(2, 60), kBoard, 0.1);
  const FrameChoice choice = choose(world.observations, 20);
  for (std::size_t i = 1; i < choice.frames.size(); ++i)
    EXPECT_LT(choice.frames[i].sigma_ratio, choice.frames[i - 1].sigma_ratio);
  EXPECT_GT(choice.frames.back().sigma_ratio, 1);
  EXPECT_LT(choice.frames.back().sigma_ratio, 3);
}

TEST(ChooseFrames, DoNotDependOnTheThreads) {
  const auto world = testing::make_world(testing::small_rig(3, 50), kBoard, 0.1);
  EXPECT_EQ(choose(world.observations, 12, 1), choose(world.observations, 12, 3));
}

TEST(ChooseFrames, WorkForASingleCamera) {
  auto world = testing::make_world(testing::small_rig(1, 60), kBoard, 0.1);
  const FrameChoice choice = choose(world.observations, 10);
  EXPECT_EQ(choice.frames.size(), 10u);
}

// Corners of another board, or of a board that moved while the cameras were not in step.
TEST(ChooseFrames, LeaveOutViewsThatDoNotFit) {
  auto world = testing::make_world(testing::small_rig(3, 60), kBoard, 0.1);
  std::set<std::int64_t> wrong;
  for (View& view : world.observations.views) {
    if (view.camera != 1 || view.frame % 10 != 3) continue;
    wrong.insert(view.frame);
    for (Corner& corner : view.corners) corner.x += 25;
  }
  ASSERT_FALSE(wrong.empty());
  const FrameChoice choice = choose(world.observations, 20);
  int taken = 0;
  for (const std::int64_t frame : frames_of(choice)) taken += wrong.contains(frame) ? 1 : 0;
  EXPECT_LE(taken, 2);  // for what the two other cameras see
}

TEST(ChooseFrames, ACameraThatIsNotConnectedKeepsFramesOfItsOwn) {
  auto world = testing::make_world(testing::small_rig(3, 60), kBoard, 0.1);
  for (View& view : world.observations.views)
    if (view.camera == 2) view.frame += 1000;
  const std::set<std::int64_t> frames = frames_of(choose(world.observations, 12));
  EXPECT_EQ(std::count_if(frames.begin(), frames.end(), [](auto frame) { return frame >= 1000; }),
            12);
}

}  // namespace
}  // namespace calib
