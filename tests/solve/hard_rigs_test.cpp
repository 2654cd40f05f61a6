// Rigs and recordings with difficulties: outlier views, few views, little overlap, mixed lenses,
// bent boards.

#include <gmock/gmock.h>

#include "base/errors.hpp"
#include "evaluate/compare.hpp"
#include "solve/solve_all.hpp"
#include "solve/solve_intrinsics.hpp"
#include "solve/solve_rig.hpp"
#include "support/finding_texts.hpp"
#include "support/spoiled_world.hpp"
#include "support/synthetic_world.hpp"

namespace calib {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using testing::kBoard;
using testing::solve_all;

// The mean of an error over the cameras.
template <class Error>
double mean_error(const Calibration& found, const Calibration& truth, const Error& error) {
  double sum = 0;
  const auto differences = compare(found, truth);
  for (const CameraDifference& d : differences) sum += error(d);
  return sum / static_cast<double>(differences.size());
}

double center_mm(const CameraDifference& d) { return 1000 * d.center_m; }
double projection_px(const CameraDifference& d) { return d.projection_px.mean; }

TEST(SlowHardRigs, AFifthOfAllViewsDoesNotBelong) {
  double clean_mm = 0, clean_px = 0, spoiled_mm = 0, spoiled_px = 0;
  for (const int seed : {1, 2, 3}) {
    SynthOptions options = testing::small_rig(4, 40);
    options.seed = seed;
    const auto world = testing::make_world(options, kBoard, 0.1);
    const Calibration clean = solve_all(world.observations);
    const Calibration spoiled = solve_all(testing::spoil(world.observations, 0.2, seed));
    clean_mm += mean_error(clean, world.truth, center_mm);
    spoiled_mm += mean_error(spoiled, world.truth, center_mm);
    clean_px += mean_error(clean, world.truth, projection_px);
    spoiled_px += mean_error(spoiled, world.truth, projection_px);
  }
  EXPECT_LT(spoiled_mm, 1.5 * clean_mm);
  EXPECT_LT(spoiled_px, 1.5 * clean_px);
}

TEST(HardRigs, ACameraWithTwoViewsIsRescuedByTheOthers) {
  auto world = testing::make_world(testing::small_rig(3, 30), kBoard, 0.1);
  std::erase_if(world.observations.views,
                [](const View& view) { return view.camera == 2 && view.frame >= 2; });
  const Calibration found = solve_all(world.observations);
  EXPECT_THAT(testing::finding_texts(found),
              Contains(HasSubstr("cam2: its lens is found from 2 boards")));
  const Camera& rescued = found.cameras[2];
  ASSERT_TRUE(rescued.intrinsics && rescued.T_cam_rig);
  const double fx = world.truth.cameras[2].intrinsics->parameters[0];
  // Four predicted standard deviations, which must be small enough themselves.
  EXPECT_NEAR(rescued.intrinsics->parameters[0], fx, 4 * rescued.std.parameters[0]);
  EXPECT_LT(rescued.std.parameters[0], 0.02 * fx);
}

TEST(HardRigs, AChainOfCamerasOfWhichOnlyNeighborsOverlap) {
  SynthOptions options = testing::small_rig(6, 80);
  options.arrangement = RigShape::kRing;
  options.baseline_m = 0.5;
  auto world = testing::make_world(options, kBoard, 0.1);
  // Without frames in which both the first and the last camera see the board, the ring is a chain.
  std::map<std::int64_t, std::vector<int>> seen;
  for (const View& view : world.observations.views) seen[view.frame].push_back(view.camera);
  std::erase_if(world.observations.views, [&](const View& view) {
    const auto& cameras = seen[view.frame];
    return std::find(cameras.begin(), cameras.end(), 0) != cameras.end() &&
           std::find(cameras.begin(), cameras.end(), 5) != cameras.end();
  });
  const Calibration found = solve_all(world.observations);
  for (const CameraDifference& d : compare(found, world.truth)) {
    // 3 numbers per camera: 4.5 standard deviations.
    EXPECT_LT(d.center_sigmas.value_or(0), 4.5) << d.name;
  }
}

TEST(HardRigs, MixedLensesInOneRig) {
  SynthOptions options = testing::small_rig(2, 25);
  options.model = "fisheye";
  options.fov_deg = 110;
  const auto wide = testing::make_world(options, kBoard, 0.1);
  IntrinsicsOptions fisheye;
  fisheye.model = "fisheye";
  Calibration lenses = solve_intrinsics(wide.observations, fisheye, 1, no_progress());
  IntrinsicsOptions omni;
  omni.model = "omni";
  const Calibration others = solve_intrinsics(wide.observations, omni, 1, no_progress());
  lenses.cameras[1] = others.cameras[1];
  const Calibration found = solve_rig(wide.observations, lenses, {}, 1, no_progress());
  EXPECT_EQ(found.cameras[1].intrinsics->model, "omni");
  // The omni model does not describe this lens exactly: 0.3 mm of a baseline of 100 mm.
  EXPECT_LT(mean_error(found, wide.truth, center_mm), 0.3);
}

TEST(HardRigs, ABentBoardIsReportedAndEstimated) {
  auto world = testing::make_world(testing::small_rig(3, 30), kBoard, 0);
  world.truth.board.shape = {0.0012, -0.0005, 0.0008, 0.002};
  world.observations = add_noise(true_observations(world.truth, 4), 0.1, 1);
  world.observations.board.shape = {};
  ExtrinsicsOptions exact;
  exact.shape.exact_board = true;
  const Calibration flat = solve_all(world.observations, exact);
  EXPECT_THAT(testing::finding_texts(flat), Contains(HasSubstr("does not look flat and square")));
  const Calibration bent = solve_all(world.observations);
  EXPECT_THAT(testing::finding_texts(bent), Contains(HasSubstr("shape is estimated")));
  const BoardShape& found = bent.board.shape;
  // Five standard deviations, which are about 5 micrometers and 5e-5.
  EXPECT_NEAR(found.bow_x_m, 0.0012, 3e-5);
  EXPECT_NEAR(found.bow_y_m, -0.0005, 3e-5);
  EXPECT_NEAR(found.twist_m, 0.0008, 3e-5);
  EXPECT_NEAR(found.stretch_y, 0.002, 3e-4);
  EXPECT_LT(mean_error(bent, world.truth, projection_px),
            0.5 * mean_error(flat, world.truth, projection_px));
}

TEST(HardRigs, AFlatBoardIsNotCalledBent) {
  for (const int seed : {1, 2, 3, 4, 5}) {
    SynthOptions options = testing::small_rig(2, 20);
    options.seed = seed;
    const auto world = testing::make_world(options, kBoard, 0.1);
    EXPECT_THAT(testing::finding_texts(solve_all(world.observations)), ::testing::IsEmpty());
  }
}

}  // namespace
}  // namespace calib
