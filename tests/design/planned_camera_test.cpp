#include "design/planned_camera.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/error_text.hpp"

namespace calib {
namespace planned_camera_test {

using ::testing::HasSubstr;

PlannedCamera usual_camera() {
  PlannedCamera camera;
  camera.name = "left";
  camera.size = "1920x1080";
  camera.model = "pinhole";
  camera.fov_deg = 90;
  camera.place = {"-1m", "0", "200cm"};
  camera.looks_at = {"0", "2m", "1m"};
  return camera;
}

TEST(PlannedCamera, HasTheFocalLengthOfItsAngleOfView) {
  const Intrinsics lens = planned_lens(usual_camera());
  EXPECT_NEAR(lens.parameters[0], 960, 1e-9);  // tan 45 degrees over half the width
  EXPECT_NEAR(lens.parameters[2], 959.5, 1e-9);
}

TEST(PlannedCamera, HasTheFocalLengthOfItsMaker) {
  PlannedCamera camera = usual_camera();
  camera.fov_deg = 0;
  camera.focal_mm = 8;
  camera.pixel_um = 4;
  EXPECT_NEAR(planned_lens(camera).parameters[0], 2000, 1e-9);
}

TEST(PlannedCamera, LooksAtItsTargetWithLevelRows) {
  const Pose T_world_cam = planned_pose(usual_camera());
  const Eigen::Vector3d target = T_world_cam.inverse() * Eigen::Vector3d(0, 2, 1);
  EXPECT_NEAR(target.head<2>().norm(), 0, 1e-12);
  EXPECT_GT(target.z(), 0);
  const Eigen::Vector3d rows = T_world_cam.rotation * Eigen::Vector3d::UnitX();
  const Eigen::Vector3d columns = T_world_cam.rotation * Eigen::Vector3d::UnitY();
  EXPECT_NEAR(rows.z(), 0, 1e-12);
  EXPECT_LT(columns.z(), 0);  // y of the picture points down
}

TEST(PlannedCamera, MayLookStraightDown) {
  PlannedCamera camera = usual_camera();
  camera.place = {"0", "0", "3m"};
  camera.looks_at = {"0", "0", "1m"};
  const Pose T_world_cam = planned_pose(camera);
  EXPECT_TRUE(T_world_cam.rotation.coeffs().allFinite());
  EXPECT_NEAR((T_world_cam.rotation * Eigen::Vector3d::UnitX()).x(), 1, 1e-12);
  EXPECT_NEAR((T_world_cam.rotation * Eigen::Vector3d::UnitZ()).z(), -1, 1e-12);
}

TEST(PlannedCamera, SaysWhatIsMissingOrGivenTwice) {
  PlannedCamera camera = usual_camera();
  camera.focal_px = 800;
  EXPECT_THAT(testing::error_text([&] { planned_lens(camera); }), HasSubstr("given twice"));
  camera.focal_px = camera.fov_deg = 0;
  EXPECT_THAT(testing::error_text([&] { planned_lens(camera); }), HasSubstr("lens is missing"));
  camera.focal_mm = 8;
  EXPECT_THAT(testing::error_text([&] { planned_lens(camera); }), HasSubstr("pixel_um"));
  camera.looks_at = camera.place;
  EXPECT_THAT(testing::error_text([&] { planned_pose(camera); }), HasSubstr("looks_at"));
  camera.place.pop_back();
  EXPECT_THAT(testing::error_text([&] { planned_pose(camera); }), HasSubstr("three lengths"));
}

TEST(PlannedRig, HasTheFirstCameraAsItsFrameAndTheRoomAsItsWorld) {
  PlannedCamera right = usual_camera();
  right.name = "right";
  right.place = {"1m", "0", "2m"};
  const Calibration rig = planned_rig({usual_camera(), right});
  EXPECT_EQ(rig.reference_camera, "left");
  const Eigen::Vector3d center =
      rig.world->T_world_rig * rig.cameras[1].T_cam_rig->inverse().translation;
  EXPECT_NEAR((center - Eigen::Vector3d(1, 0, 2)).norm(), 0, 1e-12);
  EXPECT_THAT(testing::error_text([&] { planned_rig({right, right}); }), HasSubstr("two cameras"));
}

}  // namespace planned_camera_test
}  // namespace calib
