#include "design/forecast.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "design/changes.hpp"
#include "solve/solve_intrinsics.hpp"
#include "solve/solve_rig.hpp"
#include "support/error_text.hpp"
#include "synth/synthetic_rig.hpp"

namespace calib {
namespace forecast_test {

using ::testing::HasSubstr;

Design usual_design(int cameras, int shots, RigShape shape = RigShape::kLine) {
  SynthOptions options;
  options.cameras = cameras;
  options.arrangement = shape;
  Design design;
  design.board = Board{&kChessboard, 9, 6, 0.03};
  design.rig = make_synthetic_cameras(options, design.board);
  design.noise.exact_board = true;
  const double distance = usual_distance(design.rig, design.board, std::nullopt);
  design.plan = {shots, distance, 0.6 * distance, 1.6 * distance, 45 / kDegrees};
  design.grid.box = box_of_boards(draw_boards(design.rig, design.board, design.plan));
  return design;
}

// The root mean square over parameters of stated over predicted standard deviations.
double stated_over_predicted(const Calibration& predicted, const Calibration& stated) {
  double sum = 0;
  int count = 0;
  for (const Camera& camera : predicted.cameras) {
    const Camera& solved = *find_camera(stated, camera.name);
    for (std::size_t k = 0; k < camera.std.parameters.size(); ++k) {
      const double ratio = solved.std.parameters[k] / camera.std.parameters[k];
      sum += ratio * ratio;
      ++count;
    }
    for (int k = 0; camera.std.center_m && k < 3; ++k) {
      const double ratio = (*solved.std.center_m)[k] / (*camera.std.center_m)[k];
      sum += ratio * ratio;
      ++count;
    }
  }
  return std::sqrt(sum / count);
}

class ForecastOfBoards : public ::testing::TestWithParam<bool> {};

TEST_P(ForecastOfBoards, IsWhatTheSolveStates) {
  Design design = usual_design(2, 30);
  design.noise.exact_board = GetParam();
  const Forecast predicted = forecast(design, 0);
  const Observations observations =
      add_noise(planned_observations(predicted.expected, 0), design.noise.corner_px, 7);
  IntrinsicsOptions intrinsics;
  ExtrinsicsOptions extrinsics;
  intrinsics.shape.exact_board = extrinsics.shape.exact_board = GetParam();
  const Calibration stated =
      solve_rig(observations, solve_intrinsics(observations, intrinsics, 0, no_progress()),
                extrinsics, 0, no_progress());
  // The scale of the errors is known to 1 %; the rest is the difference between truth and solution.
  EXPECT_NEAR(stated_over_predicted(predicted.expected, stated), 1, 0.08);
}

INSTANTIATE_TEST_SUITE_P(Exact, ForecastOfBoards, ::testing::Bool());

TEST(Forecast, IsTheSameForAnyNumberOfThreads) {
  const Design design = usual_design(3, 12);
  EXPECT_EQ(forecast(design, 1).points.std_m, forecast(design, 2).points.std_m);
}

TEST(Forecast, GrowsInProportionToTheNoise) {
  Design design = usual_design(2, 15);
  const Forecast one = forecast(design, 0);
  design.noise.corner_px *= 3;
  design.noise.point_px *= 3;
  const Forecast three = forecast(design, 0);
  EXPECT_NEAR(three.points.mean_m / one.points.mean_m, 3, 1e-3);
  EXPECT_NEAR(three.points.calibration_m / one.points.calibration_m, 3, 1e-3);
}

TEST(Forecast, NamesACameraThatSeesTooFewBoards) {
  const Design design = usual_design(2, 2);
  const std::string text = testing::error_text([&] { forecast(design, 0); });
  EXPECT_THAT(text, HasSubstr("cam0 sees 2 of the 2 boards of the plan"));
}

TEST(Forecast, NamesGroupsThatShareNoBoard) {
  Design design = usual_design(2, 12);
  // The second camera looks the other way.
  design.rig.cameras[1].T_cam_rig =
      Pose{Eigen::Quaterniond(0, 0, 1, 0), {0, 0, 0}} * *design.rig.cameras[1].T_cam_rig;
  EXPECT_THROW(forecast(design, 0), UndeterminedError);
  EXPECT_THAT(testing::error_text([&] { forecast(design, 0); }),
              HasSubstr("the groups are {cam0} and {cam1}"));
}

TEST(Forecast, RefusesAVolumeBehindTheCameras) {
  Design design = usual_design(2, 12);
  design.grid.box = {Eigen::Vector3d(-1, -1, -3), Eigen::Vector3d(1, 1, -2)};
  EXPECT_THAT(testing::error_text([&] { require_seen(design.rig, design.grid, 0); }),
              HasSubstr("no two cameras see a point of the volume"));
}

TEST(BoardPlan, IsTheSameAgainAndStaysInItsBox) {
  Design design = usual_design(2, 12);
  const Eigen::Vector3d middle = design.grid.box.center();
  design.plan.box = Eigen::AlignedBox3d(middle - Eigen::Vector3d(0.2, 0.15, 0.15),
                                        middle + Eigen::Vector3d(0.2, 0.15, 0.15));
  const Calibration first = draw_boards(design.rig, design.board, design.plan);
  const Calibration again = draw_boards(design.rig, design.board, design.plan);
  ASSERT_GT(first.frames.size(), 6u);
  ASSERT_EQ(first.frames.size(), again.frames.size());
  for (const auto& [frame, pose] : first.frames) {
    EXPECT_EQ(pose, again.frames.at(frame));
    EXPECT_TRUE(design.plan.box->contains(pose * board_middle(design.board)));
  }
}

TEST(BoardPlan, LinksTheCamerasOfARing) {
  const Design design = usual_design(6, 36, RigShape::kRing);
  const Forecast found = forecast(design, 0);
  for (const Camera& camera : found.expected.cameras) EXPECT_GE(camera.views, 6) << camera.name;
}

TEST(WhereCamerasLook, IsNowhereForParallelAxes) {
  Calibration rig = usual_design(2, 12).rig;
  ASSERT_TRUE(where_cameras_look(rig).has_value());
  rig.cameras[1].T_cam_rig->rotation.setIdentity();
  EXPECT_FALSE(where_cameras_look(rig).has_value());
}

TEST(DesignChanges, AreRankedAndMoreShotsHelp) {
  const Design design = usual_design(2, 12);
  const Forecast now = forecast(design, 0);
  const auto changes = forecast_changes(design, 0, no_progress());
  ASSERT_GE(changes.size(), 5u);
  for (std::size_t i = 1; i < changes.size(); ++i) {
    if (!changes[i].result) continue;
    EXPECT_LE(changes[i - 1].result->points.mean_m, changes[i].result->points.mean_m);
  }
  const auto twice = std::find_if(changes.begin(), changes.end(), [](const DesignChange& change) {
    return change.text == "twice the shots";
  });
  ASSERT_NE(twice, changes.end());
  EXPECT_LT(twice->result->points.calibration_m, 0.85 * now.points.calibration_m);
}

}  // namespace forecast_test
}  // namespace calib
