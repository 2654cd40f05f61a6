// Cameras that keep their lens and pose of an earlier calibration.

#include <gmock/gmock.h>

#include <algorithm>

#include "solve/select_cameras.hpp"
#include "solve/solve_rig.hpp"
#include "support/error_text.hpp"
#include "support/synthetic_world.hpp"

namespace calib::testing {
namespace {

using ::testing::HasSubstr;

// The solve of the poses of all other cameras.
Calibration solve(const Observations& observations, const Calibration& old,
                  const std::vector<std::string>& hold) {
  ExtrinsicsOptions options;
  options.hold = hold;
  options.fix_intrinsics = true;
  options.keep_others = true;
  return solve_rig(observations, old, options, 1, no_progress());
}

void turn(Camera& camera, double degrees) {
  camera.T_cam_rig = Pose{exp_so3({0, degrees / kDegrees, 0}), {0.01, 0, 0}} * *camera.T_cam_rig;
}

void expect_same_camera(const Calibration& found, const Calibration& old, const std::string& name) {
  const Camera &a = *find_camera(found, name), &b = *find_camera(old, name);
  EXPECT_EQ(a.intrinsics->parameters, b.intrinsics->parameters) << name;
  EXPECT_EQ(*a.T_cam_rig, *b.T_cam_rig) << name;
  EXPECT_EQ(a.std.parameters, b.std.parameters) << name;
  EXPECT_EQ(a.std.rotation_rad, b.std.rotation_rad) << name;
}

double error_deg(const Calibration& found, const Calibration& truth, const std::string& name) {
  const Pose change =
      *find_camera(found, name)->T_cam_rig * find_camera(truth, name)->T_cam_rig->inverse();
  return kDegrees * log_so3(change.rotation).norm();
}

// Whether a finding says that the views of a held camera want it elsewhere.
bool disagrees(const Calibration& found, const std::string& camera) {
  return std::any_of(found.findings.begin(), found.findings.end(), [&](const Finding& finding) {
    return finding.code == FindingCode::kHeldCameraDisagrees &&
           finding.cameras == std::vector<std::string>{camera};
  });
}

TEST(HeldCameras, AMovedCameraIsSolvedAndTheHeldOnesStay) {
  const World world = make_world(small_rig(4, 20), kBoard, 0.05);
  Calibration old = world.truth;
  turn(old.cameras[2], 3);
  const Calibration found = solve(world.observations, old, {"cam0", "cam1", "cam3"});
  for (const char* name : {"cam0", "cam1", "cam3"}) expect_same_camera(found, old, name);
  // Twenty frames with a twentieth of a pixel of noise.
  EXPECT_LT(error_deg(found, world.truth, "cam2"), 0.01);
  EXPECT_FALSE(disagrees(found, "cam0"));
}

// Only the moved camera and a neighbor were filmed again.
TEST(HeldCameras, CamerasThatWereNotFilmedStay) {
  const World world = make_world(small_rig(4, 20), kBoard, 0.05);
  Calibration old = world.truth;
  turn(old.cameras[3], 3);
  const Observations filmed = select_cameras(world.observations, {"cam2", "cam3"});
  for (const std::vector<std::string>& hold :
       {std::vector<std::string>{}, {"cam2"}, {"cam0", "cam1", "cam2"}, {"cam0"}}) {
    const Calibration found = solve(filmed, old, hold);
    EXPECT_EQ(found.reference_camera, "cam0");
    for (const char* name : {"cam0", "cam1"}) expect_same_camera(found, old, name);
    EXPECT_EQ(error_deg(found, world.truth, "cam2"), 0);
    EXPECT_LT(error_deg(found, world.truth, "cam3"), 0.01);  // as above
  }
}

TEST(HeldCameras, OneThatMovedIsQuestioned) {
  const World world = make_world(small_rig(4, 20), kBoard, 0.05);
  Calibration old = world.truth;
  turn(old.cameras[1], 0.2);
  const Calibration found = solve(world.observations, old, {"cam0", "cam1", "cam2"});
  EXPECT_TRUE(disagrees(found, "cam1"));
}

TEST(HeldCameras, NamesWithoutAPoseAreRefused) {
  const World world = make_world(small_rig(2), kBoard, 0.1);
  Calibration old = world.truth;
  old.cameras[1].T_cam_rig.reset();
  EXPECT_THAT(error_text([&] { solve(world.observations, old, {"cam1"}); }),
              HasSubstr("hold: 'cam1' has no pose in the calibration"));
  EXPECT_THAT(error_text([&] { solve(world.observations, old, {"cam9"}); }),
              HasSubstr("there is no camera 'cam9' in the calibration"));
}

}  // namespace
}  // namespace calib::testing
