#include "solve/model_choice.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "solve/heldout.hpp"
#include "solve/lens_fit.hpp"
#include "solve/solve_intrinsics.hpp"
#include "solve/solve_rig.hpp"
#include "support/synthetic_world.hpp"

namespace calib {
namespace {

using testing::kBoard;

Camera choose(const std::string& model, double fov_deg, int frames) {
  SynthOptions options = testing::small_rig(1, frames);
  options.model = model;
  options.fov_deg = fov_deg;
  const auto world = testing::make_world(options, kBoard, 0.1);
  IntrinsicsOptions automatic;
  automatic.model = kAutoModel;
  return solve_intrinsics(world.observations, automatic, 1, no_progress()).cameras[0];
}

TEST(SlowModelChoice, TakesTheModelThatMadeThePictures) {
  EXPECT_EQ(choose("pinhole", 60, 24).intrinsics->model, "pinhole");
  EXPECT_EQ(choose("opencv4", 70, 24).intrinsics->model, "opencv4");
  // The double sphere with two parameters is not significantly worse than the fisheye with four.
  EXPECT_THAT(choose("fisheye", 150, 24).intrinsics->model,
              ::testing::AnyOf("fisheye", "double_sphere", "eucm"));
}

TEST(ModelChoice, ListsAllTrials) {
  const Camera camera = choose("fisheye", 150, 16);
  ASSERT_EQ(camera.model_trials.size(), model_names().size());
  for (const ModelTrial& trial : camera.model_trials) {
    EXPECT_TRUE(trial.heldout_px.has_value() || !trial.problem.empty()) << trial.model;
    if (trial.model == "fisheye") {
      // The mean length of Gaussian errors of 0.1 px is 0.125 px. The error of the lens is added.
      EXPECT_NEAR(*trial.heldout_px, 0.125, 0.015);
    }
    if (trial.model == "pinhole") {
      EXPECT_FALSE(trial.heldout_px.has_value());
    }
  }
}

// A view whose corners do not belong to a board is left out, and changes neither the models nor
// their errors.
TEST(ModelChoice, AViewThatNoModelFitsDecidesNothing) {
  SynthOptions options = testing::small_rig(1, 16);
  options.model = "fisheye";
  options.fov_deg = 150;
  auto world = testing::make_world(options, kBoard, 0.1);
  for (Corner& corner : world.observations.views[5].corners)
    corner.x += 15 * std::sin(corner.id * 1.7);
  IntrinsicsOptions automatic;
  automatic.model = kAutoModel;
  const Camera camera =
      solve_intrinsics(world.observations, automatic, 1, no_progress()).cameras[0];
  EXPECT_THAT(camera.intrinsics->model, ::testing::AnyOf("fisheye", "double_sphere", "eucm"));
  EXPECT_EQ(camera.views, 15);
  for (const ModelTrial& trial : camera.model_trials) {
    if (trial.model == camera.intrinsics->model) {
      EXPECT_NEAR(*trial.heldout_px, 0.125, 0.015);
    }
  }
}

TEST(HeldOut, AStepPredictsWhatASolveOfEachFoldDoes) {
  const auto world = testing::make_world(testing::small_rig(1, 24), kBoard, 0.1);
  std::vector<const View*> views;
  for (const View& view : world.observations.views) views.push_back(&view);
  const LensFit fit =
      fit_lens(world.observations, views, world.observations.cameras[0], "opencv5", 1000, 3);
  const Intrinsics& lens = fit.bundle.cameras[0].intrinsics;
  const double solved = mean_length(heldout_lens(world.observations, views, lens, 1000, 4));
  // Of a lens that the views determine, the terms of second order are below a percent.
  EXPECT_NEAR(mean_length(heldout_step(world.observations, fit.bundle, 4)), solved, 0.01 * solved);
  EXPECT_NEAR(mean_length(heldout_refit(world.observations, fit.bundle, 4, {})), solved,
              0.001 * solved);
  EXPECT_EQ(heldout_step(world.observations, fit.bundle, 4).size(),
            heldout_lens(world.observations, views, lens, 1000, 4).size());
}

TEST(HeldOut, TheRigPredictsFramesThatItHasNotSeen) {
  const auto world = testing::make_world(testing::small_rig(3, 20), kBoard, 0.1);
  const Calibration lenses = solve_intrinsics(world.observations, {}, 1, no_progress());
  const Calibration found = solve_rig(world.observations, lenses, {}, 1, no_progress());
  const auto corners = heldout_rig(world.observations, found, 4, 1);
  std::size_t seen = 0;
  for (const View& view : world.observations.views) seen += view.corners.size();
  EXPECT_EQ(corners.size(), seen);
  // Noise alone would give 0.125 px. The error of the board pose, from two cameras, is added.
  EXPECT_GT(mean_length(corners), 0.12);
  EXPECT_LT(mean_length(corners), 0.2);
  // The same bytes for any number of threads.
  const auto again = heldout_rig(world.observations, found, 4, 3);
  for (std::size_t i = 0; i < corners.size(); ++i) EXPECT_EQ(corners[i].error, again[i].error);
}

TEST(HeldOut, DetectsAWrongRigWhoseViewsFitOneByOne) {
  auto world = testing::make_world(testing::small_rig(2, 20), kBoard, 0.1);
  Calibration wrong = world.truth;
  wrong.cameras[1].T_cam_rig->translation.x() += 0.02;
  // The rig is solved again from the other folds, so that a wrong start does not matter.
  EXPECT_LT(mean_length(heldout_rig(world.observations, wrong, 4, 1)), 0.3);
  // With one camera shifted in time, each view fits by itself but the rig does not.
  for (View& view : world.observations.views) {
    if (view.camera == 1) view.frame = (view.frame + 1) % 20;
  }
  EXPECT_GT(mean_length(heldout_rig(world.observations, world.truth, 4, 1)), 5);
}

}  // namespace
}  // namespace calib
