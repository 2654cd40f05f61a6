#include "solve/solve_intrinsics.hpp"
#include "solve/select_cameras.hpp"
#include "support/finding_texts.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "solve/solve_rig.hpp"
#include "support/error_text.hpp"
#include "support/synthetic_world.hpp"

namespace calib {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::kBoard;

Calibration solve_lens(const Observations& observations, const std::string& model,
                       Solver solver = Solver::kJoint) {
  IntrinsicsOptions options;
  options.model = model;
  options.solver = solver;
  return solve_intrinsics(observations, options, 1, no_progress());
}

class IntrinsicsOf : public ::testing::TestWithParam<std::string> {};

TEST_P(IntrinsicsOf, AreRecoveredWithinThePredictedUncertainty) {
  SynthOptions options = testing::small_rig(2, 25);
  options.model = GetParam();
  // The field of view is wide enough to determine all coefficients. In a narrow image, a tilt,
  // tangential distortion and the principal point have nearly the same effect, so that the
  // prediction to first order fails.
  if (GetParam() == "opencv14") options.fov_deg = 100;
  if (!GetParam().starts_with("opencv") && GetParam() != "pinhole") options.fov_deg = 140;
  const auto world = testing::make_world(options, kBoard, 0.1);
  const Calibration found = solve_lens(world.observations, GetParam());
  for (std::size_t c = 0; c < found.cameras.size(); ++c) {
    const Camera& camera = found.cameras[c];
    const std::vector<double>& truth = world.truth.cameras[c].intrinsics->parameters;
    ASSERT_EQ(camera.std.parameters.size(), truth.size());
    for (std::size_t i = 0; i < truth.size(); ++i) {
      // At most 24 numbers: by chance one exceeds 4.5 standard deviations once in 6000 runs.
      EXPECT_LT(std::abs(camera.intrinsics->parameters[i] - truth[i]),
                4.5 * camera.std.parameters[i])
          << camera.name << " parameter " << parameter_names(GetParam())[i];
      EXPECT_GT(camera.std.parameters[i], 0);
    }
    // sqrt(2) * sigma, reduced by the degrees of freedom of the fit.
    EXPECT_NEAR(*camera.reprojection_rms_px, std::sqrt(2.0) * 0.1, 0.01);
    EXPECT_EQ(camera.views, 25);
  }
}

// All models except the splined one, whose parameters depend on the position of its grid (see
// splined_test.cpp).
std::vector<std::string> parametric_models() {
  std::vector<std::string> names = model_names();
  std::erase(names, "splined");
  return names;
}

INSTANTIATE_TEST_SUITE_P(Models, IntrinsicsOf, ::testing::ValuesIn(parametric_models()));

TEST(Intrinsics, OpencvSolverAgreesWithOurs) {
  for (const char* model : {"pinhole", "opencv4", "opencv5"}) {
    SynthOptions options = testing::small_rig();
    options.model = model;
    const auto world = testing::make_world(options, kBoard, 0.1);
    Observations observations = world.observations;
    for (View& view : observations.views) {
      for (Corner& corner : view.corners) corner.sigma_px = 0;  // OpenCV has no weights
    }
    const Calibration ours = solve_lens(observations, model),
                      theirs = solve_lens(observations, model, Solver::kOpencv);
    // OpenCV stores corners as floats and stops earlier: a hundredth of the standard deviation of
    // fx.
    EXPECT_NEAR(ours.cameras[0].intrinsics->parameters[0],
                theirs.cameras[0].intrinsics->parameters[0], 0.05)
        << model;
    EXPECT_NEAR(*ours.cameras[0].reprojection_rms_px, *theirs.cameras[0].reprojection_rms_px, 1e-3)
        << model;
  }
}

TEST(Intrinsics, OpencvSolverFitsATiltedSensor) {
  SynthOptions options = testing::small_rig(1, 25);
  options.model = "opencv14";
  options.fov_deg = 90;
  const auto world = testing::make_world(options, kBoard, 0.1);
  const Calibration found = solve_lens(world.observations, "opencv14", Solver::kOpencv);
  ASSERT_EQ(found.cameras[0].intrinsics->parameters.size(), 18u);
  EXPECT_EQ(found.cameras[0].std.parameters.size(), 18u);
  EXPECT_NE(found.cameras[0].intrinsics->parameters[16], 0);
  // sqrt(2) * sigma, and an allowance for OpenCV's early stop.
  EXPECT_NEAR(*found.cameras[0].reprojection_rms_px, std::sqrt(2.0) * 0.1, 0.02);
}

TEST(Intrinsics, OpencvSolverNamesTheModelsThatItKnows) {
  const auto world = testing::make_world(testing::small_rig(), kBoard, 0.1);
  for (const std::string model : {"eucm", "double_sphere", "omni"}) {
    EXPECT_EQ(testing::error_text([&] { solve_lens(world.observations, model, Solver::kOpencv); }),
              "--solver opencv cannot fit the model " + model +
                  ", only opencv12, opencv14, opencv4, opencv5, opencv8, pinhole and fisheye: use "
                  "--solver joint");
  }
}

TEST(Intrinsics, ViewsThatDoNotBelongAreLeftOutAndNamed) {
  auto world = testing::make_world(testing::small_rig(), kBoard, 0.1);
  const Calibration clean = solve_lens(world.observations, "opencv5");
  // Frame 3 of camera 0 gets the corners of another frame, in another order.
  auto& corners = world.observations.views[3].corners;
  for (std::size_t i = 0; i < corners.size(); ++i) {
    corners[i].x = world.observations.views[7].corners[(5 * i) % corners.size()].x;
  }
  for (const Solver solver : {Solver::kJoint, Solver::kOpencv}) {
    const Calibration found = solve_lens(world.observations, "opencv5", solver);
    ASSERT_EQ(found.rejected.size(), 1u) << name_of(kSolvers, solver);
    EXPECT_EQ(found.rejected[0].camera, "cam0");
    EXPECT_EQ(found.rejected[0].frame, world.observations.views[3].frame);
    EXPECT_FALSE(found.rejected[0].corner);
    // One of 15 views less changes the focal length by less than its uncertainty.
    EXPECT_NEAR(found.cameras[0].intrinsics->parameters[0],
                clean.cameras[0].intrinsics->parameters[0], 3 * clean.cameras[0].std.parameters[0])
        << name_of(kSolvers, solver);
  }
}

TEST(Intrinsics, ASingleWrongCornerIsLeftOut) {
  auto world = testing::make_world(testing::small_rig(), kBoard, 0.1);
  world.observations.views[2].corners[11].x += 3;
  const Calibration found = solve_lens(world.observations, "opencv5");
  ASSERT_EQ(found.rejected.size(), 1u);
  EXPECT_EQ(found.rejected[0].corner, world.observations.views[2].corners[11].id);
  EXPECT_THAT(found.rejected[0].reason, HasSubstr("px off"));
}

TEST(Intrinsics, TooFewViewsSaysWhichCamera) {
  auto world = testing::make_world(testing::small_rig(), kBoard, 0.1);
  std::erase_if(world.observations.views,
                [](const View& view) { return view.camera == 1 && view.frame > 1; });
  const auto tells = AllOf(HasSubstr("cam1: 2 views"), HasSubstr("at least 3"), HasSubstr("film"));
  const Calibration found = solve_intrinsics(world.observations, {}, 1, no_progress());
  EXPECT_THAT(testing::finding_texts(found), ::testing::ElementsAre(tells));
  EXPECT_TRUE(found.cameras[0].intrinsics);
  EXPECT_FALSE(found.cameras[1].intrinsics);
  // If no camera can be solved, it is an error.
  const Observations alone = select_cameras(world.observations, {"cam1"});
  EXPECT_THAT(testing::error_text([&] { solve_lens(alone, "opencv5"); }), tells);
}

TEST(Intrinsics, BoardsParallelToTheSensorAreRefusedWithAdvice) {
  Observations observations;
  observations.board = kBoard;
  observations.cameras = {{"cam0", {640, 480}}};
  const Projector camera(make_intrinsics("pinhole", {640, 480}, 500, 500, 319.5, 239.5));
  for (int frame = 0; frame < 6; ++frame) {
    View view{0, frame, "", {}};
    for (int id = 0; id < corner_count(kBoard); ++id) {
      const Eigen::Vector3d p =
          corner_position(kBoard, id) + Eigen::Vector3d(-0.15 + 0.01 * frame, -0.1, 0.8);
      const Eigen::Vector2d pixel = *camera.project(p);
      view.corners.push_back({id, pixel.x(), pixel.y(), 0});
    }
    observations.views.push_back(view);
  }
  EXPECT_THAT(testing::error_text([&] { solve_lens(observations, "pinhole"); }),
              AllOf(HasSubstr("cam0: "), HasSubstr("do not determine"), HasSubstr("tilted")));
}

}  // namespace
}  // namespace calib
