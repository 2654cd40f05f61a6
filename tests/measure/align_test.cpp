#include "measure/align.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "measure/measured_rig.hpp"
#include "scene/world.hpp"
#include "support/error_text.hpp"

namespace calib {
namespace align_test {

using ::testing::AllOf;
using testing::error_of;
using testing::error_text;
using ::testing::HasSubstr;
using testing::MeasuredRig;
using testing::noisy_pixels;
using testing::points_before;
using testing::room;
using testing::some_world;

const MeasuredRig& rig() { return testing::usual_rig(); }

TEST(Align, FindsTheWorldOfMeasuredPoints) {
  const Alignment found = align(rig().truth, {}, room(some_world(), 8, 1e-6, 1e-4, 1), 0);
  // The points are measured to a micrometer over ten centimeters.
  EXPECT_LT(error_of(found.calibration.world->T_world_rig, some_world()).norm(), 1e-3);
  EXPECT_LT(found.rms_m, 1e-5);
  EXPECT_EQ(found.residuals.size(), 8U);
  EXPECT_EQ(found.scale, 1);
}

TEST(Align, StatesHowWellTheWorldIsKnown) {
  constexpr int kRuns = 300;
  Eigen::Matrix<double, 6, 1> squares = Eigen::Matrix<double, 6, 1>::Zero(), variances = squares;
  double chi_square = 0;
  for (int run = 0; run < kRuns; ++run) {
    const Alignment found = align(rig().truth, {}, room(some_world(), 8, 1e-3, 0.2, run), 1);
    const WorldFrame& world = *found.calibration.world;
    const auto error = error_of(world.T_world_rig, some_world());
    squares += error.cwiseAbs2();
    variances += world.std().head<6>().cwiseAbs2();
    chi_square += error.dot(world.covariance.topLeftCorner<6, 6>().inverse() * error);
  }
  // A standard deviation is known to 4 % from 300 runs.
  for (int k = 0; k < 6; ++k) EXPECT_NEAR(std::sqrt(squares[k] / variances[k]), 1, 0.13) << k;
  EXPECT_NEAR(chi_square / (6 * kRuns), 1, 0.13);
}

TEST(Align, LinksTheErrorsOfTheWorldToThoseOfTheCalibration) {
  const AlignInputs inputs = room(some_world(), 8, 1e-5, 0.02, 1);
  const Alignment found = align(rig().found, {}, inputs, 0);
  ASSERT_EQ(found.calibration.world->by_calibration.size(), 1U);
  // The points that gave the world are known in it to what they were measured, although the rig
  // is not known as well.
  const auto deviation = [&](const Calibration& calibration) {
    const Triangulation placed = triangulate(calibration, *inputs.pixels, {.sigma_px = 0.02}, 0);
    double sum = 0;
    for (const Point3d& point : placed.points.values)
      sum += to_matrix(point.covariance).trace() / static_cast<double>(placed.points.values.size());
    return std::sqrt(sum);
  };
  Calibration unlinked = found.calibration;
  WorldFrame& world = *unlinked.world;
  world.covariance += world.by_calibration[0] * world.by_calibration[0].transpose();
  world.by_calibration.clear();
  EXPECT_LT(deviation(found.calibration), deviation(unlinked));
}

TEST(Align, ScalesTheRigToMeasuredPoints) {
  AlignInputs inputs = room(some_world(), 8, 1e-6, 1e-4, 1);
  for (MeasuredPoint& point : inputs.points) point.position_m *= 1.02;
  AlignOptions options;
  options.scale = true;
  const Alignment found = align(rig().truth, options, inputs, 0);
  EXPECT_NEAR(found.scale, 1.02, 1e-4);
  EXPECT_NEAR(found.calibration.board.square_m, 1.02 * rig().truth.board.square_m, 1e-4);
  EXPECT_NEAR(found.calibration.cameras[1].T_cam_rig->translation.norm(),
              1.02 * rig().truth.cameras[1].T_cam_rig->translation.norm(), 1e-4);
  EXPECT_LT(found.rms_m, 1e-5);
}

TEST(Align, ScalesTheRigToAKnownLength) {
  const AlignInputs inputs = room(some_world(), 3, 0, 0, 1);
  const PointTracks points = points_before(rig().truth, 3);
  AlignOptions options;
  options.length_m = 1.5 * (points.values[0].position - points.values[2].position).norm();
  options.between = "p0,p2";
  const Alignment found = align(rig().truth, options, {{}, inputs.pixels, 0.1}, 0);
  EXPECT_NEAR(found.scale, 1.5, 1e-6);
  EXPECT_FALSE(found.calibration.world);
  // The pixels' noise alone, as the truth has no covariance: linear in it.
  ASSERT_TRUE(found.scale_std.has_value());
  EXPECT_GT(*found.scale_std, 0);
  const Alignment noisier = align(rig().truth, options, {{}, inputs.pixels, 0.2}, 0);
  EXPECT_NEAR(*noisier.scale_std, 2 * *found.scale_std, 1e-3 * *found.scale_std);
}

TEST(Align, PutsTheBoardOnTheFloor) {
  const Pose T_rig_board = rig().truth.frames.at(3);
  const auto in_world = [&](const AlignOptions& options, const Eigen::Vector3d& on_board) {
    const Alignment found = align(rig().truth, options, {}, 0);
    return Eigen::Vector3d(found.calibration.world->T_world_rig * (T_rig_board * on_board));
  };
  AlignOptions options;
  options.board_frame = "3";
  const auto expect_near = [](const Eigen::Vector3d& found, const Eigen::Vector3d& expected) {
    EXPECT_LT((found - expected).norm(), 1e-9) << found.transpose();
  };
  // The z axis of a board points into the floor on which it lies.
  expect_near(in_world(options, {0, 0, 0}), {0, 0, 0});
  expect_near(in_world(options, {0.2, 0, 0}), {0.2, 0, 0});
  expect_near(in_world(options, {0, 0, -0.3}), {0, 0, 0.3});
  options.turn = 90;
  expect_near(in_world(options, {0.2, 0, 0}), {0, 0.2, 0});
  options.up = UpAxis::kY;
  expect_near(in_world(options, {0, 0, -0.3}), {0, 0.3, 0});
  options.offset = "1m,-5cm,0";
  expect_near(in_world(options, {0, 0, -0.3}), {1, 0.25, 0});
  const Alignment solved = align(rig().found, options, {}, 0);
  const Eigen::VectorXd std = solved.calibration.world->std();
  EXPECT_GT(std.head<6>().minCoeff(), 0);
  EXPECT_LT(std.segment<3>(3).maxCoeff(), 0.01);
}

TEST(Align, FitsAFloorToSeveralBoards) {
  Calibration lying = rig().truth;
  const Pose first = lying.frames.at(0);
  // Three boards on one plane, each a millimeter off it.
  lying.frames = {{0, first * Pose{Eigen::Quaterniond::Identity(), {0, 0, 0.001}}},
                  {1, first * Pose{exp_so3({0, 0, 1}), {0.5, 0.1, -0.001}}},
                  {2, first * Pose{exp_so3({0, 0, 2}), {-0.1, 0.6, 0}}}};
  AlignOptions options;
  options.floor = "all";
  const Alignment found = align(lying, options, {}, 0);
  EXPECT_LT(found.rms_m, 0.0011);
  for (const auto& [frame, T_rig_board] : lying.frames)
    EXPECT_LT(std::abs((found.calibration.world->T_world_rig * T_rig_board).translation.z()),
              0.002);
  options.floor = "0,1,2";
  lying.frames.at(2) = first * Pose{exp_so3({0.5, 0, 2}), {-0.1, 0.6, 0.1}};
  EXPECT_THAT(error_text([&] { align(lying, options, {}, 0); }), HasSubstr("mm off the floor"));
}

// A rig whose boards lie on one plane, one for each height (meters) and small turn (radians) that
// is given, at places of a grid.
Calibration lying_rig(const std::vector<Eigen::Vector3d>& errors) {
  Calibration lying = rig().truth;
  const Pose first = lying.frames.at(0);
  lying.frames.clear();
  for (std::size_t i = 0; i < errors.size(); ++i) {
    const auto k = static_cast<double>(i);
    const Pose turned{exp_so3({0, 0, 0.4 * k}),
                      {0.3 * static_cast<double>(i % 2), 0.2 * static_cast<double>(i / 2), 0}};
    // The z axis of a board points into the floor.
    const Pose error{exp_so3({errors[i].x(), errors[i].y(), 0}), {0, 0, -errors[i].z()}};
    lying.frames[static_cast<std::int64_t>(i)] = first * turned * error;
  }
  return lying;
}

TEST(Align, NamesTheBoardThatDoesNotLieOnTheFloor) {
  AlignOptions options;
  options.floor = "all";
  const Alignment flat =
      align(lying_rig(std::vector<Eigen::Vector3d>(4, {0, 0, 0})), options, {}, 0);
  EXPECT_EQ(flat.doubt, "");
  for (const double height : {0.02, -0.02, 0.003}) {
    std::vector<Eigen::Vector3d> errors(4, {0, 0, 0});
    errors[2].z() = height;
    const Alignment found = align(lying_rig(errors), options, {}, 0);
    EXPECT_THAT(found.doubt,
                HasSubstr(fmt::format("the board in frame 2 is {:.1f} mm {} the plane",
                                      1000 * std::abs(height), height > 0 ? "above" : "below")));
    EXPECT_THAT(found.doubt, HasSubstr("--floor 0,1,3;"));
    // The result is off, and the standard deviations say so.
    const auto error =
        error_of(found.calibration.world->T_world_rig, flat.calibration.world->T_world_rig);
    EXPECT_GT(error.tail<3>().norm(), 0.1 * std::abs(height));
    EXPECT_LT(error.tail<3>().norm(), 3 * found.calibration.world->std().segment<3>(3).norm());
    EXPECT_LT(error.head<3>().norm(), 3 * found.calibration.world->std().head<3>().norm());
  }
  options.floor = "0,2";
  std::vector<Eigen::Vector3d> two(3, {0, 0, 0});
  two[2].z() = 0.025;
  EXPECT_THAT(align(lying_rig(two), options, {}, 0).doubt, HasSubstr("do not lie in one plane"));
  // Far off, the one that is at fault is refused by its name.
  two.assign(4, {0, 0, 0});
  two[1].z() = 0.2;
  options.floor = "all";
  EXPECT_THAT(error_text([&] { align(lying_rig(two), options, {}, 0); }),
              AllOf(HasSubstr("frame 1 is 200 mm"), HasSubstr("--floor 0,2,3")));
}

TEST(Align, StatesHowWellAnUnevenFloorIsKnown) {
  constexpr int kRuns = 60;
  std::mt19937 random(3);
  std::normal_distribution<double> normal(0, 1);
  AlignOptions options;
  options.floor = "all";
  const Pose truth = align(lying_rig(std::vector<Eigen::Vector3d>(6, {0, 0, 0})), options, {}, 0)
                         .calibration.world->T_world_rig;
  double squares = 0, variances = 0;
  for (int run = 0; run < kRuns; ++run) {
    std::vector<Eigen::Vector3d> errors;
    for (int i = 0; i < 6; ++i)
      errors.push_back({0.004 * normal(random), 0.004 * normal(random), 0.001 * normal(random)});
    const Alignment found = align(lying_rig(errors), options, {}, 1);
    EXPECT_EQ(found.doubt, "") << run;
    squares += error_of(found.calibration.world->T_world_rig, truth).head<2>().squaredNorm();
    // The jackknife is about the result itself, which the turn of the first board is a part of.
    const Eigen::VectorXd std = found.calibration.world->std();
    variances += std.head<3>().squaredNorm();
  }
  const double ratio = std::sqrt(squares / variances);
  EXPECT_GT(ratio, 0.4);
  EXPECT_LT(ratio, 1.2);
}

TEST(Align, NamesThePointThatDoesNotFit) {
  for (const double stated : {1e-3, 0.0}) {
    AlignInputs inputs = room(some_world(), 8, 1e-3, 0.2, 1);
    for (MeasuredPoint& point : inputs.points) point.sigma_m = stated;
    EXPECT_EQ(align(rig().truth, {}, inputs, 0).doubt, "");
    inputs.points[5].position_m += Eigen::Vector3d(0.02, 0, 0.01);
    const Alignment found = align(rig().truth, {}, inputs, 0);
    EXPECT_THAT(found.doubt, HasSubstr("p5 is 2"));
    const auto error = error_of(found.calibration.world->T_world_rig, some_world());
    EXPECT_LT(error.tail<3>().norm(), 3 * found.calibration.world->std().segment<3>(3).norm());
  }
  // Twice as bad as stated is no fault of one point.
  AlignInputs inputs = room(some_world(), 8, 3e-3, 0.2, 2);
  for (MeasuredPoint& point : inputs.points) point.sigma_m = 3e-4;
  EXPECT_THAT(align(rig().truth, {}, inputs, 0).doubt,
              HasSubstr("times what the stated standard deviations"));
}

TEST(Align, SaysWhatCannotGiveAWorld) {
  const auto message = [&](const AlignInputs& inputs) {
    return error_text([&] { align(rig().truth, {}, inputs, 0); });
  };
  AlignInputs inputs = room(some_world(), 5, 1e-3, 0.1, 1);
  AlignInputs few = inputs;
  few.points.resize(2);
  EXPECT_THAT(message(few), HasSubstr("found 2 measured points"));
  AlignInputs millimeters = inputs;
  for (MeasuredPoint& point : millimeters.points) point.position_m *= 1000;
  EXPECT_THAT(message(millimeters), HasSubstr("as if they were in another unit"));
  AlignInputs renamed = inputs;
  for (MeasuredPoint& point : renamed.points) point.name += "_";
  EXPECT_THAT(message(renamed), HasSubstr("no name is among the points of --pixels"));
  AlignInputs line = inputs;
  PointTracks on_line = points_before(rig().truth, 5);
  for (std::size_t i = 0; i < 5; ++i) {
    on_line.values[i].position =
        on_line.values[0].position + 0.01 * static_cast<double>(i) * Eigen::Vector3d(1, 1, 0);
    line.points[i].position_m = on_line.values[i].position;
  }
  line.pixels = noisy_pixels(rig().truth, on_line, 0.1);
  EXPECT_THAT(message(line), HasSubstr("lie on one line"));
  EXPECT_THAT(error_text([&] { align(rig().truth, {}, {}, 0); }), HasSubstr("found none of"));
  AlignOptions frame;
  frame.board_frame = "999";
  EXPECT_THAT(error_text([&] { align(rig().truth, frame, {}, 0); }),
              HasSubstr("the board has no pose in frame 999"));
}

TEST(World, PlacesCameras) {
  Calibration calibration = rig().truth;
  calibration.world = WorldFrame{some_world()};
  const Camera& camera = calibration.cameras[1];
  const Pose expected = *camera.T_cam_rig * some_world().inverse();
  EXPECT_LT((T_cam_world(calibration, camera)->matrix() - expected.matrix()).norm(), 1e-12);
}

}  // namespace align_test
}  // namespace calib
