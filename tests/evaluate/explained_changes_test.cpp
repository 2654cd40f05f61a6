#include "evaluate/explained_changes.hpp"

#include <gmock/gmock.h>

#include <functional>
#include <limits>

#include "base/progress.hpp"
#include "solve/solve_intrinsics.hpp"
#include "solve/solve_rig.hpp"
#include "support/synthetic_world.hpp"

namespace calib::testing {
namespace {

using ::testing::SizeIs;
using ChangeKind = CameraChange::Kind;

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

// The observations of a world whose truth is another from a frame to another, with noise.
Observations with_change(const World& world, std::int64_t from, std::int64_t until,
                         const std::function<void(Camera&)>& change) {
  Calibration other = world.truth;
  change(other.cameras[1]);
  Observations observations = world.observations;
  for (const View& view : true_observations(other, 4).views) {
    if (view.frame < from || view.frame >= until) continue;
    for (View& old : observations.views) {
      if (old.camera == view.camera && old.frame == view.frame) old.corners = view.corners;
    }
  }
  return add_noise(observations, 0.05, 1);
}

void zoom_in(Camera& camera) {
  for (const std::size_t k : {0, 1}) camera.intrinsics->parameters[k] *= 1.01;
}

void turn_aside(Camera& camera) {
  const Eigen::Quaterniond by(Eigen::AngleAxisd(200 / kMillidegrees, Eigen::Vector3d::UnitY()));
  *camera.T_cam_rig = Pose{by, Eigen::Vector3d::Zero()} * *camera.T_cam_rig;
}

Calibration solved_of(const Observations& observations) {
  return solve_rig(observations, solve_intrinsics(observations, {}, 1, no_progress()), {}, 1,
                   no_progress());
}

TEST(ExplainedChanges, AZoomIsNoMotionWhicheverCameraIsSuspected) {
  const World world = make_world(small_rig(3, 30), kBoard, 0);
  const Observations observations = with_change(world, 18, kNever, zoom_in);
  const Calibration solved = solved_of(observations);
  for (const char* suspect : {"cam0", "cam1"}) {
    const auto found = explained_changes(observations, solved,
                                         {{.camera = suspect, .frame = 15, .visible = true}}, 1);
    ASSERT_THAT(found, SizeIs(1)) << suspect;
    EXPECT_EQ(found[0].camera, "cam1");
    EXPECT_EQ(found[0].kind, ChangeKind::kZoom);
    EXPECT_NEAR(static_cast<double>(found[0].frame), 18, 1);
    EXPECT_TRUE(found[0].visible);
    EXPECT_NEAR(found[0].zoom, 0.01, 5e-4);  // a twentieth: the noise
  }
}

TEST(ExplainedChanges, ATurnIsNoZoom) {
  const World world = make_world(small_rig(3, 30), kBoard, 0);
  const auto found = explained_changes(with_change(world, 12, kNever, turn_aside), world.truth,
                                       {{.camera = "cam1", .frame = 12}}, 1);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].camera, "cam1");
  EXPECT_EQ(found[0].kind, ChangeKind::kPose);
  EXPECT_NEAR(kMillidegrees * found[0].angle_rad, 200, 20);
}

TEST(ExplainedChanges, ACameraMayComeBack) {
  const World world = make_world(small_rig(3, 30), kBoard, 0);
  const auto found = explained_changes(with_change(world, 10, 18, turn_aside), world.truth,
                                       {{.camera = "cam1", .frame = 10, .until = 18}}, 1);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].camera, "cam1");
  EXPECT_EQ(found[0].kind, ChangeKind::kPose);
  EXPECT_EQ(found[0].until, 18);
}

TEST(ExplainedChanges, NothingIsToldOfACameraThatDidNotChange) {
  const World world = make_world(small_rig(3, 30), kBoard, 0.05);
  EXPECT_THAT(explained_changes(world.observations, solved_of(world.observations),
                                {{.camera = "cam1", .frame = 15}}, 1),
              ::testing::IsEmpty());
}

}  // namespace
}  // namespace calib::testing
