// Solves lenses without initial values, for every model, several fields of view, and few or many
// views.

#include "solve/first_intrinsics.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "base/errors.hpp"
#include "camera/model_list.hpp"
#include "solve/predicted_projection.hpp"
#include "solve/solve_intrinsics.hpp"
#include "support/error_text.hpp"
#include "support/synthetic_world.hpp"

namespace calib {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::kBoard;

struct Lens {
  std::string model;
  double fov_deg = 0;
};
void PrintTo(const Lens& lens, std::ostream* out) {
  *out << lens.model << " at " << lens.fov_deg << " degrees";
}

std::vector<Lens> every_lens() {
  std::vector<Lens> lenses;
  for_each_type(ModelList{}, [&]<class Model>() {
    if (Model::name == Splined::name) return;  // starts from another model: splined_test.cpp
    for (const double fov_deg : {40.0, 75.0, 100.0, 120.0, 150.0, 170.0}) {
      if (fov_deg > 120 && !Model::kSeesBehind) continue;
      lenses.push_back({std::string(Model::name), fov_deg});
    }
  });
  return lenses;
}

testing::World world_of(const Lens& lens, int frames, double sigma_px = 0.1, int seed = 1) {
  SynthOptions options = testing::small_rig(1, frames);
  options.model = lens.model;
  options.fov_deg = lens.fov_deg;
  options.seed = seed;
  return testing::make_world(options, kBoard, sigma_px);
}

std::vector<const View*> views_of(const testing::World& world) {
  std::vector<const View*> views;
  for (const View& view : world.observations.views) views.push_back(&view);
  return views;
}

Calibration solve_first(const testing::World& world, const std::string& model) {
  IntrinsicsOptions options;
  options.model = model;
  return solve_intrinsics(world.observations, options, 1, no_progress());
}

// Pixels per radian on the optical axis.
double axis_focal_px(const Intrinsics& lens) {
  const Projector camera(lens);
  constexpr double kSmall = 1e-5;
  return (camera.project({kSmall, 0, 1})->x() - camera.project({-kSmall, 0, 1})->x()) /
         (2 * kSmall);
}

// Models whose parameters are determined by few views at every field of view.
bool is_moderate(const Lens& lens) {
  return lens.model == "pinhole" || lens.model == "opencv4" || lens.model == "fisheye";
}

// Models with a quotient of polynomials. A common factor of both is not determined if the lens does
// not need the quotient.
bool is_rational(const Lens& lens) {
  return lens.model == "opencv8" || lens.model == "opencv12" || lens.model == "opencv14";
}

class EveryLens : public ::testing::TestWithParam<Lens> {};
INSTANTIATE_TEST_SUITE_P(Lenses, EveryLens, ::testing::ValuesIn(every_lens()));

TEST_P(EveryLens, HasAFirstValueFromThreeViews) {
  for (const int frames : {3, 5, 15}) {
    SCOPED_TRACE(::testing::Message() << frames << " frames");
    const testing::World world = world_of(GetParam(), frames);
    const FirstIntrinsics first =
        first_intrinsics(GetParam().model, kBoard, world.observations.cameras[0], views_of(world))
            .front();
    EXPECT_EQ(first.intrinsics.model, GetParam().model);
    check_intrinsics(first.intrinsics);
    // Two steps of the sweep: the rest is compensated by the distortion, which is only a guess
    // here.
    EXPECT_LT(std::abs(std::log(axis_focal_px(first.intrinsics) /
                                axis_focal_px(*world.truth.cameras[0].intrinsics))),
              2 * std::log(1.25));
  }
}

TEST_P(EveryLens, IsFoundWithinThePredictedUncertainty) {
  const testing::World world = world_of(GetParam(), 15);
  Calibration found;
  try {
    found = solve_first(world, GetParam().model);
  } catch (const UndeterminedError& error) {
    EXPECT_TRUE(is_rational(GetParam())) << error.what();
    EXPECT_THAT(error.what(), AllOf(HasSubstr("cam0"), HasSubstr("do not determine")));
    return;
  }
  EXPECT_TRUE(found.rejected.size() <= 1) << found.rejected.size() << " rejected";
  // Four predicted standard deviations.
  EXPECT_LT(testing::projection_error_px(world, 0, *found.cameras[0].intrinsics),
            4 * testing::predicted_error_px(world, 0));
  // sqrt(2) * sigma, reduced by the degrees of freedom of the fit. A wrong minimum would have more.
  EXPECT_NEAR(*found.cameras[0].reprojection_rms_px, std::sqrt(2.0) * 0.1, 0.01);
}

// Few views either determine the lens or are refused with a reason.
TEST_P(EveryLens, IsFoundOrRefusedFromFewViews) {
  for (const int frames : {3, 5}) {
    SCOPED_TRACE(::testing::Message() << frames << " frames");
    const testing::World world = world_of(GetParam(), frames);
    Calibration found;
    try {
      found = solve_first(world, GetParam().model);
    } catch (const UndeterminedError& error) {
      EXPECT_FALSE(is_moderate(GetParam())) << error.what();
      EXPECT_THAT(error.what(), AllOf(HasSubstr("cam0"), HasSubstr("film the board")));
      continue;
    }
    // Four predicted standard deviations.
    EXPECT_LT(testing::projection_error_px(world, 0, *found.cameras[0].intrinsics),
              4 * testing::predicted_error_px(world, 0));
    if (!is_moderate(GetParam())) continue;
    // The distortion of these models is not correlated with the focal length.
    const double fx = found.cameras[0].intrinsics->parameters[0];
    const double truth = world.truth.cameras[0].intrinsics->parameters[0];
    EXPECT_LT(std::abs(fx - truth), 4 * found.cameras[0].std.parameters[0]);
    EXPECT_NEAR(fx / truth, 1, 0.08);
  }
}

// A lens of one family fitted by a model of another: not exact, but usable.
TEST(FirstIntrinsics, EveryWideModelFitsAnotherWideLens) {
  const testing::World world = world_of({"fisheye", 150}, 15);
  for (const std::string model : {"eucm", "double_sphere", "omni"}) {
    const Calibration found = solve_first(world, model);
    // Two or three coefficients instead of four.
    EXPECT_LT(*found.cameras[0].reprojection_rms_px, 0.3) << model;
    EXPECT_LT(testing::projection_error_px(world, 0, *found.cameras[0].intrinsics), 0.5) << model;
  }
}

// Many of the lenses tried have no rays at the border of this image.
TEST(FirstIntrinsics, ViewsAtTheBorderDoNotPreventAStart) {
  testing::World world = world_of({"eucm", 170}, 15);
  Observations& observations = world.observations;
  // Keep only the views that reach furthest out.
  const auto reach = [&](const View& view) {
    double far = 0;
    for (const Corner& corner : view.corners) far = std::max(far, std::abs(corner.x - 640));
    return far;
  };
  std::sort(observations.views.begin(), observations.views.end(),
            [&](const View& a, const View& b) { return reach(a) > reach(b); });
  observations.views.resize(6);
  const Calibration found = solve_first(world, "eucm");
  EXPECT_NEAR(*found.cameras[0].reprojection_rms_px, std::sqrt(2.0) * 0.1, 0.02);
}

TEST(FirstIntrinsics, ViewsThatNoLensExplainsAreAnErrorWithAdvice) {
  const ObservedCamera camera{"cam0", {640, 480}};
  // Corners on one line determine no pose.
  View view{0, 0, "", {}};
  for (int id = 0; id < 8; ++id) view.corners.push_back({id, 100.0 + 10 * id, 50, 0});
  const std::vector<const View*> views = {&view};
  EXPECT_THAT(testing::error_text([&] { first_intrinsics("eucm", kBoard, camera, views); }),
              AllOf(HasSubstr("cam0: no focal length from 128 to 3840 px"), HasSubstr("--model")));
}

TEST(FirstIntrinsics, ClosedFormGivesTheFocalLengthOfAPinhole) {
  SynthOptions options = testing::small_rig();
  options.model = "pinhole";
  const auto world = testing::make_world(options, kBoard, 0);
  std::vector<const View*> views;
  for (const View& view : world.observations.views) {
    if (view.camera == 0) views.push_back(&view);
  }
  const auto focal = closed_form_focal(kBoard, world.observations.cameras[0].image_size, views);
  ASSERT_TRUE(focal);
  // The closed form assumes that the principal point is the image center, which is a few pixels
  // off.
  EXPECT_NEAR(*focal / world.truth.cameras[0].intrinsics->parameters[0], 1, 0.05);
}

}  // namespace
}  // namespace calib
