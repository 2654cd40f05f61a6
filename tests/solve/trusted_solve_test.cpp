// Faults that bend a solve: the result is right in spite of them, or its standard deviations grow.

#include <gmock/gmock.h>

#include <cmath>

#include "solve/covariance.hpp"
#include "solve/frame_blocks.hpp"
#include "solve/restore_bundle.hpp"
#include "solve/sigma_groups.hpp"
#include "solve/solve_intrinsics.hpp"
#include "solve/solve_rig.hpp"
#include "solve_all.hpp"
#include "support/finding_texts.hpp"
#include "support/synthetic_world.hpp"

namespace calib::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

Bundle solved_bundle(const Observations& observations) {
  return restore_bundle(observations, solve_all(observations));
}

Calibration solve_lenses(const Observations& observations) {
  return solve_intrinsics(observations, IntrinsicsOptions{}, 1, no_progress());
}

// The observations of a board of the given shape, which is said to be flat.
World world_of_shape(int cameras, const BoardShape& shape, double noise_px) {
  World world = make_world(small_rig(cameras, 30), kBoard, 0);
  world.truth.board.shape = shape;
  world.observations = add_noise(true_observations(world.truth, 4), noise_px, 1);
  world.observations.board.shape = {};
  return world;
}

TEST(FrameBlocks, FramesWithErrorsOfTheirOwnAreBlocks) {
  const World world = make_world(small_rig(2, 24), kBoard, 0.1);
  const Bundle bundle = solved_bundle(world.observations);
  EXPECT_EQ(correlated_frames(bundle, 1), 1);
  EXPECT_EQ(frame_blocks(bundle, 1, 32).size(), 24u);
  EXPECT_EQ(frame_blocks(bundle, 1, 8).size(), 8u);
}

TEST(FrameBlocks, FramesThatAreThereFourTimesCountOnce) {
  World world = make_world(small_rig(2, 20), kBoard, 0.1);
  const double once = solve_all(world.observations).cameras[0].std.parameters[0];
  std::vector<View> repeated;
  for (const View& view : world.observations.views) {
    for (int i = 0; i < 4; ++i) {
      repeated.push_back(view);
      repeated.back().frame = 4 * view.frame + i;
    }
  }
  world.observations.views = repeated;
  const Calibration found = solve_all(world.observations);
  // Four times as many frames would give half the standard deviation. A jackknife over few blocks
  // is known to about a third.
  EXPECT_NEAR(found.cameras[0].std.parameters[0] / once, 1, 0.4);
  EXPECT_THAT(finding_texts(found), Contains(HasSubstr("repeat from frame to frame")));
}

TEST(Covariance, AnErrorThatAViewHasInCommonCountsOnce) {
  World world = make_world(small_rig(2, 30), kBoard, 0.05);
  int count = 0;
  for (View& view : world.observations.views) {
    const double shift = 0.3 * std::sin(1.7 * ++count);
    for (Corner& corner : view.corners) corner.x += shift;
  }
  const Calibration lenses = solve_lenses(world.observations);
  ExtrinsicsOptions iid;
  iid.shape.covariance = CovarianceKind::kIndependent;
  const Camera plain = solve_rig(world.observations, lenses, iid, 1, no_progress()).cameras[1];
  const Camera stated = solve_rig(world.observations, lenses, {}, 1, no_progress()).cameras[1];
  EXPECT_EQ(plain.intrinsics->parameters, stated.intrinsics->parameters);
  EXPECT_GT(stated.std.center_m->norm(), 2 * plain.std.center_m->norm());
}

TEST(SigmaGroups, CornersThatClaimTooMuchAreWeighedAnew) {
  World world = make_world(small_rig(2, 20), kBoard, 0.1);
  for (View& view : world.observations.views) {
    for (std::size_t k = 0; k < view.corners.size(); ++k)
      view.corners[k].sigma_px = k % 10 == 0 ? 0.01 : 0.1;
  }
  const Bundle bundle = restore_bundle(world.observations, world.truth);
  std::vector<BundleView> views = bundle.views;
  rescale_sigmas(bundle, 1, views);
  for (const BundleView& view : views) {
    for (const Corner& corner : view.corners) EXPECT_NEAR(corner.sigma_px, 0.1, 0.02);
  }
}

TEST(SigmaGroups, AViewThatDoesNotBelongKeepsItsSigmas) {
  World world = make_world(small_rig(2, 20), kBoard, 0.1);
  for (Corner& corner : world.observations.views[3].corners) corner.x += 20;
  const Bundle bundle = restore_bundle(world.observations, world.truth);
  std::vector<BundleView> views = bundle.views;
  rescale_sigmas(bundle, 1, views);
  EXPECT_EQ(views[3].corners, bundle.views[3].corners);
}

TEST(LensAgreement, CamerasOutOfStepDoNotBendTheLenses) {
  World world = make_world(small_rig(2, 30), kBoard, 0.05);
  int count = 0;
  for (View& view : world.observations.views) {
    if (view.camera != 1) continue;
    const double shift = 6 * std::sin(1.3 * ++count);
    for (Corner& corner : view.corners) corner.x += shift;
  }
  const Calibration found = solve_all(world.observations);
  EXPECT_FALSE(found.findings.empty());
  for (std::size_t i = 0; i < 2; ++i) {
    const double focal = world.truth.cameras[i].intrinsics->parameters[0];
    EXPECT_NEAR(found.cameras[i].intrinsics->parameters[0] / focal, 1, 5e-3);
  }
}

TEST(BoardShape, IsEstimatedForOneCameraToo) {
  const World world = world_of_shape(1, {0.0012, 0, 0.0008, 0}, 0.05);
  const Calibration found = solve_lenses(world.observations);
  EXPECT_NEAR(found.board.shape.bow_x_m, 0.0012, 1e-4);
  EXPECT_NEAR(found.board.shape.twist_m, 0.0008, 1e-4);
  EXPECT_THAT(finding_texts(found), Contains(HasSubstr("shape is estimated")));
}

// Seven percent: such a misfit must not hide itself in the standard deviation of the shape.
TEST(BoardShape, ALargeStretchIsFoundAndTheScaleIsLeftOpen) {
  const World world = world_of_shape(2, {0, 0, 0, 0.07}, 0.1);
  const Calibration found = solve_all(world.observations);
  EXPECT_NEAR(found.board.shape.stretch_y, 0.07, 1e-3);
  const Camera& second = found.cameras[1];
  const double baseline = second.T_cam_rig->inverse().translation.norm();
  EXPECT_NEAR(second.std.center_m->norm() / baseline, 0.035, 0.005);
}

TEST(FirstIntrinsics, PixelsNeedNotBeSquare) {
  World world = make_world(small_rig(1, 12), kBoard, 0);
  Intrinsics& lens = *world.truth.cameras[0].intrinsics;
  for (const double aspect : {0.6, 1.6}) {
    lens.parameters[1] = aspect * lens.parameters[0];
    const Calibration found = solve_lenses(add_noise(true_observations(world.truth, 4), 0.1, 1));
    const std::vector<double>& solved = found.cameras[0].intrinsics->parameters;
    EXPECT_NEAR(solved[0] / lens.parameters[0], 1, 0.01) << aspect;
    EXPECT_NEAR(solved[1] / lens.parameters[1], 1, 0.01) << aspect;
  }
}

}  // namespace
}  // namespace calib::testing
