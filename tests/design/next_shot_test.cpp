#include "design/next_shot.hpp"

#include <gtest/gtest.h>

#include "solve/solve_intrinsics.hpp"
#include "solve/solve_rig.hpp"
#include "support/synthetic_world.hpp"

namespace calib::testing {
namespace {

Calibration solved(const Observations& observations) {
  return solve_rig(observations, solve_intrinsics(observations, {}, 0, no_progress()), {}, 0,
                   no_progress());
}

// The views of one more frame, in which the board is at this pose.
Observations with_frame(const World& world, const Calibration& rig, const Pose& T_rig_board,
                        std::int64_t frame) {
  Calibration truth = world.truth;
  // The poses of the solved rig and of the true one differ by micrometers.
  truth.frames = {{frame, T_rig_board}};
  truth.reference_camera = rig.reference_camera;
  Observations observations = world.observations;
  for (const View& view : add_noise(true_observations(truth, 4), 0.1, 5).views)
    observations.views.push_back(view);
  sort_views(observations.views);
  return observations;
}

double mean_variance_ratio(const Calibration& now, const Calibration& before) {
  double sum = 0;
  int count = 0;
  for (const Camera& camera : before.cameras) {
    const Camera& other = *find_camera(now, camera.name);
    for (std::size_t i = 0; i < camera.std.parameters.size(); ++i, ++count)
      sum += std::pow(other.std.parameters[i] / camera.std.parameters[i], 2);
  }
  return sum / count;
}

TEST(HeldBoard, IsHeldAsToldWhereThePictureHasPlace) {
  const Projector projector(make_intrinsics("pinhole", {1280, 720}, 1000, 1000, 639.5, 359.5));
  const BoardHold hold{{0.4, 0.55}, 1.2, {0.3, -0.2}};
  const auto pose = held_board(projector, kBoard, hold);
  ASSERT_TRUE(pose);
  const BoardHold found = hold_of(projector, kBoard, *pose);
  EXPECT_LT((found.place - hold.place).norm(), 1e-9);
  EXPECT_NEAR(found.distance_m, hold.distance_m, 1e-9);
  EXPECT_LT((found.tilt - hold.tilt).norm(), 1e-9);
}

TEST(HeldBoard, IsMovedIntoThePicture) {
  const Projector projector(make_intrinsics("pinhole", {1280, 720}, 1000, 1000, 639.5, 359.5));
  const auto pose = held_board(projector, kBoard, {{0, 0}, 1.2});
  ASSERT_TRUE(pose);
  for (int id = 0; id < corner_count(kBoard); ++id) {
    const auto pixel = projector.project(*pose * corner_position(kBoard, id));
    ASSERT_TRUE(pixel);
    EXPECT_GT(pixel->minCoeff(), 0);
  }
  EXPECT_LT(hold_of(projector, kBoard, *pose).place.maxCoeff(), 0.5);
  EXPECT_FALSE(held_board(projector, kBoard, {{0.5, 0.5}, 0.1})) << "too near to be seen whole";
}

TEST(NextShots, LowerTheVariancesMoreThanUsualShots) {
  const World world = make_world(small_rig(2, 8), kBoard, 0.1);
  const Calibration rig = solved(world.observations);
  NextShots shots(world.observations, rig, 0);
  const auto shot = shots.best(coverage(world.observations));
  ASSERT_TRUE(shot);
  EXPECT_GT(shot->gain, 0);
  EXPECT_LT(shot->gain, 1);
  // A frame like the others, and the one that is asked for.
  const Pose usual = world.truth.frames.begin()->second;
  const Calibration with_usual = solved(with_frame(world, rig, usual, 100));
  const Calibration with_best = solved(with_frame(world, rig, shot->T_rig_board, 100));
  EXPECT_LT(mean_variance_ratio(with_best, rig), mean_variance_ratio(with_usual, rig));
}

TEST(NextShots, GainLessOnceTheyWereFilmed) {
  const World world = make_world(small_rig(2, 8), kBoard, 0.1);
  const Calibration rig = solved(world.observations);
  NextShots shots(world.observations, rig, 0);
  // With all of the pictures covered, the gain alone counts.
  std::vector<CameraCoverage> covered = coverage(world.observations);
  for (CameraCoverage& camera : covered) camera.cells.assign(camera.cells.size(), 1);
  const NextShot first = shots.best(covered).value();
  const Observations more = with_frame(world, rig, first.T_rig_board, 100);
  shots.add(more, 100);
  const NextShot second = shots.best(covered).value();
  EXPECT_LT(second.gain, first.gain);
}

}  // namespace
}  // namespace calib::testing
