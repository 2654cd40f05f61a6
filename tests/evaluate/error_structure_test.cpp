#include "evaluate/error_structure.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <functional>

#include "support/synthetic_world.hpp"

namespace calib::testing {
namespace {

constexpr double kNoisePx = 0.1;

World exact_world(int cameras, int frames) {
  return make_world(small_rig(cameras, frames), kBoard, 0);
}

// The observations of a world whose truth is changed from a frame on, with noise.
Observations changed_from(const World& world, std::int64_t frame,
                          const std::function<void(Calibration&)>& change) {
  Calibration later = world.truth;
  change(later);
  Observations observations = world.observations;
  for (const View& view : true_observations(later, 4).views) {
    if (view.frame < frame) continue;
    for (View& old : observations.views) {
      if (old.camera == view.camera && old.frame == view.frame) old.corners = view.corners;
    }
  }
  return add_noise(observations, kNoisePx, 1);
}

void zoom(Camera& camera, double factor) {
  for (const std::size_t k : {0, 1}) camera.intrinsics->parameters[k] *= factor;
}

TEST(ErrorStructure, IsAbsentInIndependentErrors) {
  for (const int seed : {1, 2, 3}) {
    const World world = exact_world(3, 30);
    const ErrorStructure found =
        error_structure(add_noise(world.observations, kNoisePx, seed), world.truth, 1);
    EXPECT_THAT(found.changes, ::testing::IsEmpty());
    EXPECT_THAT(found.rejected_runs, ::testing::IsEmpty());
    for (const NeighborCorrelation& each : found.neighbors) EXPECT_LT(each.correlation, 0.1);
    for (const PoseDisagreement& each : found.disagreements) EXPECT_LT(each.ratio, 1.5);
  }
}

TEST(ErrorStructure, TheOneCameraWhosePicturesAreWarpedIsTheCauseForAll) {
  for (const int warped : {0, 1, 2}) {
    const World world = exact_world(3, 30);
    Observations observations = world.observations;
    for (View& view : observations.views) {
      if (view.camera != warped) continue;
      for (Corner& corner : view.corners)
        corner.x += 1.5 * std::exp(-std::pow((corner.x - 200) / 60, 2));
    }
    const ErrorStructure found =
        error_structure(add_noise(observations, kNoisePx, 1), world.truth, 1);
    for (int i = 0; i < 3; ++i) {
      EXPECT_EQ(found.disagreements[static_cast<std::size_t>(i)].because_of,
                i == warped ? "" : world.truth.cameras[static_cast<std::size_t>(warped)].name);
    }
  }
}

TEST(ErrorStructure, AZoomIsFoundWithItsCameraFrameAndSize) {
  const World world = exact_world(3, 40);
  const Observations observations =
      changed_from(world, 20, [](Calibration& later) { zoom(later.cameras[1], 1.002); });
  const std::vector<CameraChange> changes = error_structure(observations, world.truth, 1).changes;
  ASSERT_FALSE(changes.empty());
  EXPECT_EQ(changes[0].camera, "cam1");
  EXPECT_EQ(changes[0].kind, CameraChange::Kind::kZoom);
  EXPECT_FALSE(changes[0].gradual);
  EXPECT_EQ(changes[0].frame, 20);
  EXPECT_NEAR(changes[0].zoom, 0.002, 4e-4);  // a fifth: the noise
}

TEST(ErrorStructure, ASmallTurnIsFoundAsATurn) {
  const World world = exact_world(3, 40);
  const double angle = 50 / kMillidegrees;
  const Observations observations = changed_from(world, 25, [&](Calibration& later) {
    Pose& pose = *later.cameras[2].T_cam_rig;
    pose = Pose{Eigen::Quaterniond(Eigen::AngleAxisd(angle, Eigen::Vector3d::UnitY())),
                Eigen::Vector3d::Zero()} *
           pose;
  });
  const std::vector<CameraChange> changes = error_structure(observations, world.truth, 1).changes;
  ASSERT_FALSE(changes.empty());
  EXPECT_EQ(changes[0].camera, "cam2");
  EXPECT_EQ(changes[0].kind, CameraChange::Kind::kPose);
  EXPECT_EQ(changes[0].frame, 25);
}

TEST(ErrorStructure, AChangeOfALensIsFoundWithoutPoses) {
  World world = exact_world(1, 40);
  const Observations observations =
      changed_from(world, 20, [](Calibration& later) { zoom(later.cameras[0], 1.01); });
  Calibration lens = world.truth;
  lens.cameras[0].T_cam_rig.reset();
  const std::vector<CameraChange> changes = error_structure(observations, lens, 1).changes;
  ASSERT_FALSE(changes.empty());
  EXPECT_EQ(changes[0].kind, CameraChange::Kind::kZoom);
  EXPECT_NEAR(static_cast<double>(changes[0].frame), 20, 2);
}

TEST(ErrorStructure, AShakingCameraDisagreesWithTheOthers) {
  const World world = exact_world(3, 30);
  Observations observations = add_noise(world.observations, kNoisePx, 1);
  for (View& view : observations.views) {
    for (Corner& corner : view.corners)
      if (view.camera == 1) corner.x += view.frame % 2 == 0 ? 1 : -1;
  }
  const ErrorStructure found = error_structure(observations, world.truth, 1);
  EXPECT_GT(found.disagreements[1].ratio, 10);
  EXPECT_GT(found.disagreements[1].px, 0.3);
  for (const NeighborCorrelation& each : found.neighbors) EXPECT_LT(each.correlation, 0.1);
}

TEST(ErrorStructure, AWrongDistortionShowsInNeighboringCorners) {
  World world = exact_world(2, 30);
  const Observations observations = add_noise(world.observations, 0.02, 1);
  for (Camera& camera : world.truth.cameras) camera.intrinsics->parameters[4] += 0.04;
  for (const NeighborCorrelation& each : error_structure(observations, world.truth, 1).neighbors) {
    EXPECT_GT(each.correlation, 0.12) << each.name;
    EXPECT_GT(each.sigmas, 3) << each.name;  // there are few views
  }
}

TEST(ErrorStructure, ViewsThatWereRejectedFromAFrameOnTellOfAChange) {
  const World world = exact_world(2, 30);
  for (const bool lens : {false, true}) {
    const Observations observations = changed_from(world, 20, [&](Calibration& later) {
      Camera& camera = later.cameras[1];
      if (lens) {
        zoom(camera, 1.1);
      } else {
        camera.T_cam_rig->translation.x() += 0.05;
      }
    });
    Calibration solved = world.truth;
    for (std::int64_t frame = 20; frame < 30; ++frame)
      solved.rejected.push_back({"cam1", frame, std::nullopt, "does not fit"});
    const std::vector<RejectedRun> runs = error_structure(observations, solved, 1).rejected_runs;
    ASSERT_EQ(runs.size(), 1u);
    EXPECT_EQ(runs[0].camera, "cam1");
    EXPECT_EQ(runs[0].frame, 20);
    EXPECT_EQ(runs[0].lens, lens);
    if (lens) {
      EXPECT_NEAR(runs[0].zoom, 0.1, 0.02);
    }
  }
}

TEST(ErrorStructure, ViewsThatWereRejectedForAWhileTellOfAChangeAndAReturn) {
  const World world = exact_world(2, 30);
  Calibration solved = world.truth;
  for (std::int64_t frame = 12; frame < 20; ++frame)
    solved.rejected.push_back({"cam1", frame, std::nullopt, "does not fit"});
  const std::vector<RejectedRun> runs =
      error_structure(world.observations, solved, 1).rejected_runs;
  ASSERT_EQ(runs.size(), 1u);
  EXPECT_EQ(runs[0].camera, "cam1");
  EXPECT_EQ(runs[0].frame, 12);
  EXPECT_EQ(runs[0].until, 20);
  EXPECT_EQ(runs[0].rejected, 8);
}

}  // namespace
}  // namespace calib::testing
