#include <gtest/gtest.h>

#include <cmath>

#include "camera/model_list.hpp"
#include "evaluate/compare.hpp"
#include "solve/model_choice.hpp"
#include "solve/predicted_projection.hpp"
#include "solve/solve_intrinsics.hpp"
#include "solve/solve_rig.hpp"
#include "solve/splined_start.hpp"
#include "support/synthetic_world.hpp"

namespace calib {
namespace {

// A lens with local deviations of some pixels, which no parametric model can follow.
testing::World bumpy_world(int cameras, int frames) {
  SynthOptions options = testing::small_rig(cameras, frames);
  options.model = "splined";
  options.fov_deg = 110;
  testing::World world = testing::make_world(options, {&kChessboard, 9, 6, 0.04}, 0);
  for (Camera& camera : world.truth.cameras) {
    for (int i = 0; i < 2 * Splined::kPoints; ++i) {
      camera.intrinsics->parameters[static_cast<std::size_t>(kLinearCount + Splined::kHeld + i)] +=
          0.005 * std::sin(2.1 * i + 0.3 * i * i);
    }
  }
  world.observations = add_noise(true_observations(world.truth, 4), 0.1, 1);
  return world;
}

Camera solve_splined(const testing::World& world, const std::string& model) {
  IntrinsicsOptions options;
  options.model = model;
  return solve_intrinsics(world.observations, options, 1, no_progress()).cameras[0];
}

TEST(Splined, StartsAsTheLensThatItFollows) {
  const Intrinsics like = make_intrinsics("opencv4", {640, 480}, 500, 505, 310, 236);
  const Projector start(splined_like(like)), lens(like);
  for (double y = 0; y < 480; y += 40) {
    for (double x = 0; x < 640; x += 40) {
      const auto pixel = start.project(*lens.unproject({x, y}));
      ASSERT_TRUE(pixel) << x << " " << y;
      // The grid is fine enough for a field of view of 65 degrees.
      EXPECT_LT((*pixel - Eigen::Vector2d(x, y)).norm(), 0.1) << x << " " << y;
    }
  }
}

TEST(Splined, FitsALensThatNoParametricModelDescribes) {
  const auto world = bumpy_world(1, 40);
  const Camera splined = solve_splined(world, "splined"), formula = solve_splined(world, "opencv8");
  // sqrt(2) * sigma, reduced by the 280 control points of 4320 coordinates.
  EXPECT_NEAR(*splined.reprojection_rms_px, std::sqrt(2.0) * 0.1, 0.012);
  EXPECT_GT(*formula.reprojection_rms_px, 2 * *splined.reprojection_rms_px);
  // At the observed corners; the noise of one corner is 0.14 px.
  EXPECT_LT(testing::projection_error_px(world, 0, *splined.intrinsics), 0.14);
}

TEST(SlowSplined, IsChosenWhereItPredictsBest) {
  EXPECT_EQ(solve_splined(bumpy_world(1, 40), std::string(kAutoModel)).intrinsics->model,
            "splined");
}

TEST(SlowSplined, ARigOfSplinedLensesFindsItsCenters) {
  const auto world = bumpy_world(2, 30);
  IntrinsicsOptions options;
  options.model = "splined";
  const Calibration lenses = solve_intrinsics(world.observations, options, 1, no_progress());
  const Calibration found = solve_rig(world.observations, lenses, {}, 1, no_progress());
  const auto differences = compare(found, world.truth);
  // A baseline of 100 mm, a noise of 0.1 px, and lenses with 300 parameters.
  EXPECT_LT(differences[1].center_m, 1e-3);
}

}  // namespace
}  // namespace calib
