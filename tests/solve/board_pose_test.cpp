#include "solve/board_pose.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "solve/homography.hpp"
#include "support/synthetic_world.hpp"

namespace calib {
namespace {

using testing::kBoard;

class BoardPoseOf : public ::testing::TestWithParam<std::string> {};

TEST_P(BoardPoseOf, FindsTheTruePoseOfEveryView) {
  SynthOptions options = testing::small_rig();
  options.model = GetParam();
  if (GetParam() == "fisheye") options.fov_deg = 150;
  const auto world = testing::make_world(options, kBoard, 0);
  for (const View& view : world.observations.views) {
    const Camera& camera = world.truth.cameras[view.camera];
    const auto pose = estimate_board_pose(Projector(*camera.intrinsics), kBoard, view.corners);
    ASSERT_TRUE(pose) << GetParam() << " frame " << view.frame;
    const Pose expected = *camera.T_cam_rig * world.truth.frames.at(view.frame);
    // The corners are exact: the remaining error is that of the last iteration.
    EXPECT_LT((pose->T_cam_board.translation - expected.translation).norm(), 1e-6);
    EXPECT_LT(angle_between(pose->T_cam_board.rotation, expected.rotation), 1e-6);
    EXPECT_LT(pose->rms_px, 1e-4);
  }
}

INSTANTIATE_TEST_SUITE_P(Models, BoardPoseOf, ::testing::ValuesIn(model_names()));

// A board close before a fisheye: the mean of the rays lies where the far corners crowd, so that
// the near ones are more than 90 degrees from it.
TEST(BoardPose, IsFoundWhereTheRaysSpreadOverHalfOfAllDirections) {
  const Board board{&kChessboard, 11, 8, 0.02};
  const Projector camera(make_intrinsics("fisheye", {1600, 1200}, 290, 290, 800, 600));
  const Pose truth{exp_so3({0.05, -0.1, 0.02}), {-0.04, -0.03, 0.012}};
  std::vector<Corner> corners;
  Eigen::Vector3d sum = Eigen::Vector3d::Zero();
  std::vector<Eigen::Vector3d> rays;
  for (int id = 0; id < corner_count(board); ++id) {
    const Eigen::Vector3d point = truth * corner_position(board, id);
    const Eigen::Vector2d pixel = camera.project(point).value();
    corners.push_back({id, pixel.x(), pixel.y(), 0.1});
    rays.push_back(point.normalized());
    sum += rays.back();
  }
  const auto is_behind = [&](const Eigen::Vector3d& ray) { return ray.dot(sum) < 0; };
  ASSERT_TRUE(std::any_of(rays.begin(), rays.end(), is_behind));
  const auto pose = estimate_board_pose(camera, board, corners);
  ASSERT_TRUE(pose);
  EXPECT_LT((pose->T_cam_board.translation - truth.translation).norm(), 1e-6);
  EXPECT_LT(angle_between(pose->T_cam_board.rotation, truth.rotation), 1e-6);
}

TEST(BoardPose, SaysWhichCornersTheLensDoesNotReach) {
  Intrinsics lens = make_intrinsics("fisheye", {1600, 1200}, 290, 290, 800, 600);
  lens.parameters[4] = -0.2;  // its radius ends at 1.3 radians
  const std::vector<Corner> corners = {{0, 800, 600, 0}, {1, 900, 600, 0}, {2, 1590, 1190, 0}};
  EXPECT_EQ(no_pose_reason(Projector(lens), corners).substr(0, 37),
            "1 of 3 corners lie farther out than t");
}

TEST(BoardPose, RefusesCornersThatDoNotDetermineIt) {
  const Projector camera(make_intrinsics("pinhole", {640, 480}, 500, 500, 320, 240));
  const std::vector<Corner> three = {{0, 100, 100, 0}, {1, 150, 100, 0}, {8, 100, 150, 0}};
  EXPECT_FALSE(estimate_board_pose(camera, kBoard, three));
  const std::vector<Corner> line = {
      {0, 100, 100, 0}, {1, 150, 100, 0}, {2, 200, 100, 0}, {3, 250, 100, 0}, {4, 300, 100, 0}};
  EXPECT_FALSE(board_homography(kBoard, line));
}

TEST(Homography, TakesBoardPointsToPixels) {
  Eigen::Matrix3d h;
  h << 900, 30, 200, -20, 950, 150, 0.3, -0.2, 1;
  std::vector<Corner> corners;
  for (int id = 0; id < corner_count(kBoard); ++id) {
    const Eigen::Vector2d p =
        (h * corner_position(kBoard, id).head<2>().homogeneous()).hnormalized();
    corners.push_back({id, p.x(), p.y(), 0});
  }
  const auto found = board_homography(kBoard, corners);
  ASSERT_TRUE(found);
  EXPECT_LT((*found * ((*found)(0, 0) > 0 ? 1 : -1) - h / h.norm()).norm(), 1e-9);
}

}  // namespace
}  // namespace calib
