#include "measure/locate_cameras.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "measure/measured_rig.hpp"
#include "scene/world.hpp"
#include "support/error_text.hpp"

namespace calib {
namespace locate_cameras_test {

using testing::error_of;
using testing::error_text;
using ::testing::HasSubstr;
using testing::MeasuredRig;
using testing::room;
using testing::some_world;

const MeasuredRig& rig() { return testing::usual_rig(); }

// The lenses of a rig, exact.
Calibration lenses_of(const Calibration& calibration) {
  Calibration lenses = calibration;
  lenses.covariance.reset();
  for (Camera& camera : lenses.cameras) {
    camera.T_cam_rig.reset();
    camera.std = {};
  }
  return lenses;
}

double largest_pose_error(const Calibration& found) {
  double largest = error_of(found.world->T_world_rig, some_world()).norm();
  for (const Camera& camera : rig().truth.cameras) {
    const Pose& pose = *find_camera(found, camera.name)->T_cam_rig;
    largest = std::max(largest, error_of(pose, *camera.T_cam_rig).norm());
  }
  return largest;
}

TEST(LocateCameras, PlacesAllCamerasInTheWorldOfThePoints) {
  const LocatedRig found =
      locate_cameras(lenses_of(rig().truth), room(some_world(), 8, 0, 0, 1), "");
  EXPECT_LT(largest_pose_error(found.calibration), 1e-6);
  EXPECT_TRUE(found.calibration.findings.empty());
  EXPECT_EQ(found.calibration.reference_camera, rig().truth.cameras[0].name);
  EXPECT_EQ(found.points.size(), 8U);
}

TEST(LocateCameras, MakesAnyCameraTheReference) {
  const std::string last = rig().truth.cameras.back().name;
  const LocatedRig found =
      locate_cameras(lenses_of(rig().truth), room(some_world(), 8, 0, 0, 1), last);
  EXPECT_EQ(*find_camera(found.calibration, last)->T_cam_rig, Pose{});
  const Pose T_world_last = some_world() * rig().truth.cameras.back().T_cam_rig->inverse();
  EXPECT_LT(error_of(found.calibration.world->T_world_rig, T_world_last).norm(), 1e-6);
}

TEST(LocateCameras, StatesHowWellThePosesAreKnown) {
  constexpr int kRuns = 200;
  const Calibration lenses = lenses_of(rig().truth);
  Eigen::Matrix<double, 6, 1> world = Eigen::Matrix<double, 6, 1>::Zero(), camera = world;
  for (int run = 0; run < kRuns; ++run) {
    const Calibration found =
        locate_cameras(lenses, room(some_world(), 8, 1e-3, 0.2, run), "").calibration;
    const auto world_error = error_of(found.world->T_world_rig, some_world());
    world += world_error.cwiseQuotient(found.world->std().head<6>()).cwiseAbs2() / kRuns;
    const Camera& second = *find_camera(found, rig().truth.cameras[1].name);
    Eigen::Matrix<double, 6, 1> std;
    std << *second.std.rotation_rad, *second.std.translation_m;
    const auto error = error_of(*second.T_cam_rig, *rig().truth.cameras[1].T_cam_rig);
    camera += error.cwiseQuotient(std).cwiseAbs2() / kRuns;
  }
  // A standard deviation is known to 5 % from 200 runs.
  for (int k = 0; k < 6; ++k) {
    EXPECT_NEAR(std::sqrt(world[k]), 1, 0.16) << k;
    EXPECT_NEAR(std::sqrt(camera[k]), 1, 0.16) << k;
  }
}

TEST(LocateCameras, AllowsForTheErrorsOfTheLenses) {
  Calibration lenses = rig().found;
  for (Camera& camera : lenses.cameras)
    camera.intrinsics = find_camera(rig().truth, camera.name)->intrinsics;
  const AlignInputs inputs = room(some_world(), 8, 1e-5, 0.02, 1);
  const Calibration with = locate_cameras(lenses, inputs, "").calibration;
  const Calibration without = locate_cameras(lenses_of(lenses), inputs, "").calibration;
  EXPECT_GT(with.world->std()[0], 1.5 * without.world->std()[0]);
  // The points that gave the poses are nevertheless known to what they were measured.
  const Triangulation placed = triangulate(with, *inputs.pixels, {.sigma_px = 0.02}, 0);
  for (const Point3d& point : placed.points.values)
    EXPECT_LT(std::sqrt(to_matrix(point.covariance).trace()),
              with.world->std().segment<3>(3).norm());
}

TEST(LocateCameras, LeavesOutWhatDoesNotFit) {
  AlignInputs inputs = room(some_world(), 10, 1e-3, 0.2, 1);
  inputs.points[2].position_m.x() += 0.05;                  // measured wrong
  inputs.pixels->pixels[inputs.pixels->at(6, 1)].y() += 8;  // clicked wrong
  const LocatedRig found = locate_cameras(lenses_of(rig().truth), inputs, "");
  EXPECT_LT(largest_pose_error(found.calibration), 0.04);
  ASSERT_EQ(found.calibration.findings.size(), 1U);
  const Finding& finding = found.calibration.findings[0];
  EXPECT_EQ(finding.code, FindingCode::kPointsDisagree);
  EXPECT_THAT(finding.words[0].value, HasSubstr("p2"));
  EXPECT_THAT(finding.words[0].value, HasSubstr("p6 in " + rig().truth.cameras[1].name));
}

TEST(LocateCameras, TellsTheNoiseOfThePixels) {
  AlignInputs inputs = room(some_world(), 20, 0, 0.3, 1);
  inputs.sigma_px = 0;
  EXPECT_NEAR(locate_cameras(lenses_of(rig().truth), inputs, "").sigma_px, 0.3, 0.06);
}

TEST(LocateCameras, SaysWhichCameraHasTooFewPoints) {
  AlignInputs inputs = room(some_world(), 8, 1e-3, 0.2, 1);
  for (std::size_t key = 3; key < 8; ++key)
    inputs.pixels->pixels[inputs.pixels->at(key, 1)].setConstant(kMissing);
  for (std::size_t key = 5; key < 8; ++key)
    inputs.pixels->pixels[inputs.pixels->at(key, 2)].setConstant(kMissing);
  const Calibration found = locate_cameras(lenses_of(rig().truth), inputs, "").calibration;
  EXPECT_FALSE(find_camera(found, rig().truth.cameras[1].name)->T_cam_rig);
  ASSERT_EQ(found.findings.size(), 2U);
  EXPECT_EQ(found.findings[0].code, FindingCode::kCameraNotPlaced);
  EXPECT_EQ(found.findings[1].code, FindingCode::kFewPoints);
}

TEST(LocateCameras, PlacesTheOtherCamerasIfThePixelsOfOneDoNotFit) {
  AlignInputs inputs = room(some_world(), 8, 1e-3, 0.2, 1);
  for (std::size_t key = 5; key < 8; ++key)
    inputs.pixels->pixels[inputs.pixels->at(key, 1)].setConstant(kMissing);
  inputs.pixels->pixels[inputs.pixels->at(1, 1)].y() += 10;
  inputs.pixels->pixels[inputs.pixels->at(3, 1)].x() -= 12;
  const Calibration found = locate_cameras(lenses_of(rig().truth), inputs, "").calibration;
  EXPECT_FALSE(find_camera(found, rig().truth.cameras[1].name)->T_cam_rig);
  EXPECT_TRUE(find_camera(found, rig().truth.cameras[2].name)->T_cam_rig);
  ASSERT_FALSE(found.findings.empty());
  EXPECT_EQ(found.findings[0].code, FindingCode::kCameraNotPlaced);
  EXPECT_THAT(found.findings[0].words[0].value, HasSubstr("of its points fit"));
}

TEST(LocateCameras, RefusesPointsThatCannotPlaceACamera) {
  AlignInputs line = room(some_world(), 6, 1e-3, 0.2, 1);
  for (std::size_t i = 0; i < line.points.size(); ++i)
    line.points[i].position_m = {0.1 * static_cast<double>(i), 0, 0};
  EXPECT_THAT(error_text([&] { locate_cameras(lenses_of(rig().truth), line, ""); }),
              HasSubstr("on one line"));
  AlignInputs swapped = room(some_world(), 8, 1e-3, 0.2, 1);
  for (std::size_t i = 0; i < 8; ++i)
    swapped.points[i].name = "p" + std::to_string((3 * i + 1) % 8);
  EXPECT_THAT(error_text([&] { locate_cameras(lenses_of(rig().truth), swapped, ""); }),
              HasSubstr("do not fit the measured points"));
  AlignInputs other = room(some_world(), 8, 1e-3, 0.2, 1);
  for (MeasuredPoint& point : other.points) point.name += "x";
  EXPECT_THAT(error_text([&] { locate_cameras(lenses_of(rig().truth), other, ""); }),
              HasSubstr("no name is among the points"));
}

}  // namespace locate_cameras_test
}  // namespace calib
