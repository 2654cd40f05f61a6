#include <gtest/gtest.h>

#include "solve/solve_all.hpp"
#include "support/synthetic_world.hpp"

namespace calib {
namespace {

using testing::kBoard;

// A rig whose lenses were calibrated with many views, and a recording with few.
struct GivenLenses {
  testing::World world;
  Calibration lenses;
  ExtrinsicsOptions options;
};

GivenLenses few_views() {
  GivenLenses given{testing::make_world(testing::small_rig(3, 30), kBoard, 0.1), {}, {}};
  given.lenses = solve_intrinsics(given.world.observations, {}, 1, no_progress());
  std::erase_if(given.world.observations.views, [](const View& view) { return view.frame > 1; });
  given.options.lenses_are_given = true;
  return given;
}

double focal_std(const Calibration& found) { return found.cameras[1].std.parameters[0]; }

TEST(GivenLenses, AreKnownNoWorseThanBeforeWhereNewViewsSayLittle) {
  const GivenLenses given = few_views();
  const Calibration found =
      solve_rig(given.world.observations, given.lenses, given.options, 1, no_progress());
  for (std::size_t c = 0; c < 3; ++c) {
    const Camera &camera = found.cameras[c], &lens = given.lenses.cameras[c];
    // The prior is part of the stated standard deviation; a little is left to the variance factor.
    EXPECT_LT(camera.std.parameters[0], 1.3 * lens.std.parameters[0]) << camera.name;
    EXPECT_GT(camera.std.parameters[0], 0.5 * lens.std.parameters[0]) << camera.name;
    EXPECT_NEAR(camera.intrinsics->parameters[0], lens.intrinsics->parameters[0],
                3 * lens.std.parameters[0])
        << camera.name;
  }
}

// Corners without sigmas count as known to 1 px each; the priors must not be stated ten times
// better.
TEST(GivenLenses, KeepTheirStandardDeviationsWhereThoseOfTheCornersAreUnknown) {
  GivenLenses given = few_views();
  for (View& view : given.world.observations.views)
    for (Corner& corner : view.corners) corner.sigma_px = 0;
  const Calibration found =
      solve_rig(given.world.observations, given.lenses, given.options, 1, no_progress());
  EXPECT_GT(focal_std(found), 0.5 * focal_std(given.lenses));
  EXPECT_LT(focal_std(found), 1.3 * focal_std(given.lenses));
}

TEST(GivenLenses, ThatTheViewsContradictAreNoPriors) {
  GivenLenses given{testing::make_world(testing::small_rig(3, 30), kBoard, 0.1), {}, {}};
  given.lenses = solve_intrinsics(given.world.observations, {}, 1, no_progress());
  const double right = given.lenses.cameras[1].intrinsics->parameters[0];
  for (const std::size_t k : {0, 1}) given.lenses.cameras[1].intrinsics->parameters[k] *= 1.02;
  given.options.lenses_are_given = true;
  const Calibration found =
      solve_rig(given.world.observations, given.lenses, given.options, 1, no_progress());
  // Refocused by 2 % since: the new views must have their way.
  EXPECT_NEAR(found.cameras[1].intrinsics->parameters[0], right, 0.002 * right);
  std::vector<Finding> told;
  for (const Finding& finding : found.findings)
    if (finding.code == FindingCode::kGivenLensDisagrees) told.push_back(finding);
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].cameras.front(), "cam1");
  EXPECT_EQ(told[0].severity, Severity::kWarning);
  EXPECT_NEAR(told[0].numbers[0].value, 100 * (1 / 1.02 - 1), 0.2);
}

TEST(GivenLenses, OfTheSameObservationsAreNoPriors) {
  GivenLenses given = few_views();
  const double as_given =
      focal_std(solve_rig(given.world.observations, given.lenses, given.options, 1, no_progress()));
  given.options.lenses_are_given = false;
  const double free =
      focal_std(solve_rig(given.world.observations, given.lenses, given.options, 1, no_progress()));
  // Two views determine the lens far worse than thirty did.
  EXPECT_GT(free, 2 * as_given);
}

}  // namespace
}  // namespace calib
