#include "evaluate/rig_check.hpp"

#include <gmock/gmock.h>

#include <functional>

#include "support/error_text.hpp"
#include "support/synthetic_world.hpp"

namespace calib::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr double kFilmNoisePx = 0.1;

// Ten frames of the same cameras with other board poses, after `change`.
Observations filmed_again(const World& world, int cameras, int seed,
                          const std::function<void(Calibration&)>& change) {
  SynthOptions options = small_rig(cameras, 10);
  options.seed = seed;
  Calibration later = world.truth;
  later.frames = make_synthetic_rig(options, world.board).frames;
  change(later);
  return add_noise(true_observations(later, 4), kFilmNoisePx, seed);
}

void turn(Camera& camera, double degrees) {
  camera.T_cam_rig =
      Pose{Eigen::Quaterniond(Eigen::AngleAxisd(degrees / kDegrees, Eigen::Vector3d(0.6, 0.8, 0))),
           Eigen::Vector3d::Zero()} *
      *camera.T_cam_rig;
}

std::vector<std::string> moved_names(const RigCheck& check) {
  std::vector<std::string> names;
  for (const CameraCheck& camera : check.cameras)
    if (camera.moved) names.push_back(camera.name);
  return names;
}

void expect_same_cameras(const Calibration& a, const Calibration& b) {
  for (std::size_t i = 0; i < b.cameras.size(); ++i) {
    EXPECT_EQ(a.cameras[i].intrinsics->parameters, b.cameras[i].intrinsics->parameters) << i;
    EXPECT_EQ(*a.cameras[i].T_cam_rig, *b.cameras[i].T_cam_rig) << i;
    EXPECT_EQ(a.cameras[i].views, b.cameras[i].views) << i;
  }
  EXPECT_EQ(a.frames, b.frames);
}

TEST(RigCheck, ARigThatStandsHolds) {
  const World world = make_world(small_rig(4), kBoard, 0);
  for (const int seed : {1, 2, 3}) {
    const RigCheck check =
        check_rig(filmed_again(world, 4, seed, [](Calibration&) {}), world.truth, 1);
    EXPECT_TRUE(check.holds()) << "seed " << seed;
    EXPECT_EQ(check.frames, 10);
    expect_same_cameras(check.repaired, world.truth);
  }
}

TEST(RigCheck, ACameraThatMovedIsNamedMeasuredAndSolvedAgain) {
  const World world = make_world(small_rig(4), kBoard, 0);
  for (const std::size_t c : {1, 2, 3}) {
    const Observations observations =
        filmed_again(world, 4, 5, [&](Calibration& later) { turn(later.cameras[c], 0.1); });
    const RigCheck check = check_rig(observations, world.truth, 1);
    const std::string name = world.truth.cameras[c].name;
    EXPECT_THAT(moved_names(check), ElementsAre(name));
    EXPECT_FALSE(check.fault);
    EXPECT_THAT(check.cameras[c].or_cameras, IsEmpty());
    // A tenth: some thousand corners with a tenth of a pixel of noise.
    EXPECT_NEAR(kDegrees * check.cameras[c].turn_rad, 0.1, 0.01);
    Calibration expected = world.truth;
    turn(expected.cameras[c], 0.1);
    for (std::size_t i = 0; i < 4; ++i) {
      const Pose change =
          *check.repaired.cameras[i].T_cam_rig * expected.cameras[i].T_cam_rig->inverse();
      EXPECT_LT(kDegrees * log_so3(change.rotation).norm(), i == c ? 0.01 : 1e-9);
    }
    // All that did not change is as it was.
    Calibration rest = check.repaired;
    rest.cameras[c] = world.truth.cameras[c];
    expect_same_cameras(rest, world.truth);
  }
}

TEST(RigCheck, SwappedNamesAreToldAndNotTakenForMotions) {
  for (const int cameras : {2, 3}) {
    const World world = make_world(small_rig(cameras), kBoard, 0);
    Observations observations = filmed_again(world, cameras, 6, [](Calibration&) {});
    for (View& view : observations.views)
      if (view.camera < 2) view.camera = 1 - view.camera;
    sort_views(observations.views);
    const RigCheck check = check_rig(observations, world.truth, 1);
    EXPECT_FALSE(check.holds());
    EXPECT_TRUE(check.fails_for_certain());
    ASSERT_TRUE(check.fault) << cameras << " cameras";
    EXPECT_EQ(check.fault->kind, FileFault::Kind::kNamesSwapped);
    EXPECT_THAT(check.fault->cameras, ElementsAre("cam0", "cam1"));
    EXPECT_EQ(check.fault->frames.size(), 10u);
    EXPECT_THAT(moved_names(check), IsEmpty()) << "nothing is said of the third camera";
  }
}

TEST(RigCheck, ABoardThatIsBentNowIsNoChangeOfTheRig) {
  const World world = make_world(small_rig(3), kBoard, 0);
  const Observations observations = filmed_again(world, 3, 6, [](Calibration& later) {
    later.board.shape.bow_x_m = 0.004;
    later.board.shape.bow_y_m = -0.002;
  });
  const RigCheck check = check_rig(observations, world.truth, 1);
  EXPECT_TRUE(check.holds());
  EXPECT_NEAR(check.board_off_m, 0.004, 0.002);
  const RigCheck flat = check_rig(filmed_again(world, 3, 6, [](Calibration&) {}), world.truth, 1);
  EXPECT_EQ(flat.board_off_m, 0);
}

TEST(RigCheck, NamesThatWentAroundAreTold) {
  for (const int cameras : {3, 5}) {
    const World world = make_world(small_rig(cameras), kBoard, 0);
    Observations observations = filmed_again(world, cameras, 6, [](Calibration&) {});
    for (View& view : observations.views)
      if (view.camera < 3) view.camera = (view.camera + 1) % 3;
    sort_views(observations.views);
    const RigCheck check = check_rig(observations, world.truth, 1);
    ASSERT_TRUE(check.fault) << cameras << " cameras";
    EXPECT_EQ(check.fault->kind, FileFault::Kind::kNamesSwapped);
    EXPECT_THAT(check.fault->cameras, ElementsAre("cam0", "cam1", "cam2"));
  }
}

TEST(RigCheck, PicturesTurnedByAHalfTurnAreToldAndNotTakenForMotions) {
  const World world = make_world(small_rig(3), kBoard, 0);
  Observations observations = filmed_again(world, 3, 7, [](Calibration&) {});
  for (View& view : observations.views) {
    if (view.camera != 2) continue;
    const ImageSize& size = observations.cameras[2].image_size;
    for (Corner& corner : view.corners) {
      corner.x = size.width - 1 - corner.x;
      corner.y = size.height - 1 - corner.y;
    }
  }
  const RigCheck check = check_rig(observations, world.truth, 1);
  ASSERT_TRUE(check.fault);
  EXPECT_EQ(check.fault->kind, FileFault::Kind::kPicturesTurned);
  EXPECT_EQ(check.fault->how, "turned by a half turn");
  EXPECT_THAT(check.fault->cameras, ElementsAre("cam2"));
}

TEST(RigCheck, TheFrameOfTheRigFollowsItsReferenceCamera) {
  const World world = make_world(small_rig(4), kBoard, 0);
  const RigCheck check =
      check_rig(filmed_again(world, 4, 6, [](Calibration& later) { turn(later.cameras[0], 0.2); }),
                world.truth, 1);
  EXPECT_THAT(moved_names(check), ElementsAre("cam0"));
  EXPECT_EQ(*check.repaired.cameras[0].T_cam_rig, Pose{});
  const auto between = [](const Calibration& rig) {
    return *rig.cameras[2].T_cam_rig * rig.cameras[1].T_cam_rig->inverse();
  };
  EXPECT_LT((between(check.repaired).matrix() - between(world.truth).matrix()).norm(), 1e-9);
}

TEST(RigCheck, TwoCamerasThatMovedAreBothFound) {
  const World world = make_world(small_rig(5), kBoard, 0);
  const RigCheck check = check_rig(filmed_again(world, 5, 7,
                                                [](Calibration& later) {
                                                  turn(later.cameras[1], 0.3);
                                                  turn(later.cameras[4], -0.15);
                                                }),
                                   world.truth, 1);
  EXPECT_THAT(moved_names(check), ElementsAre("cam1", "cam4"));
}

TEST(RigCheck, OfTwoCamerasEitherMayHaveMoved) {
  const World world = make_world(small_rig(2), kBoard, 0);
  const RigCheck check =
      check_rig(filmed_again(world, 2, 8, [](Calibration& later) { turn(later.cameras[1], 0.2); }),
                world.truth, 1);
  EXPECT_THAT(moved_names(check), ElementsAre("cam1"));
  EXPECT_THAT(check.cameras[1].or_cameras, ElementsAre("cam0"));
  EXPECT_EQ(check.cameras[0].turn_rad, 0);
}

TEST(RigCheck, AZoomIsAChangeOfTheLensAlone) {
  const World world = make_world(small_rig(4), kBoard, 0);
  const RigCheck check = check_rig(filmed_again(world, 4, 9,
                                                [](Calibration& later) {
                                                  for (const std::size_t k : {0, 1})
                                                    later.cameras[2].intrinsics->parameters[k] *=
                                                        1.01;
                                                }),
                                   world.truth, 1);
  EXPECT_THAT(moved_names(check), IsEmpty());
  EXPECT_FALSE(check.holds());
  EXPECT_TRUE(check.cameras[2].lens_changed);
  EXPECT_NEAR(check.cameras[2].zoom, 0.01, 0.003);  // a third: ten views
  EXPECT_FALSE(check.cameras[1].lens_changed);
}

TEST(RigCheck, AFocalLengthThatNoLensHasIsNotCalledAChangeOfTheLens) {
  const World world = make_world(small_rig(4), kBoard, 0);
  const RigCheck check = check_rig(filmed_again(world, 4, 9,
                                                [](Calibration& later) {
                                                  for (const std::size_t k : {0, 1})
                                                    later.cameras[2].intrinsics->parameters[k] *=
                                                        0.4;
                                                }),
                                   world.truth, 1);
  EXPECT_TRUE(check.fails_for_certain());
  EXPECT_EQ(check.cameras[2].unexplained, 10);
  EXPECT_FALSE(check.cameras[2].lens_changed);
  EXPECT_THAT(moved_names(check), IsEmpty());  // Nor are the others accused.
  expect_same_cameras(check.repaired, world.truth);
}

TEST(RigCheck, FewFramesDoNotShowForCertainThatACameraMoved) {
  const World world = make_world(small_rig(4), kBoard, 0);
  Observations observations =
      filmed_again(world, 4, 5, [](Calibration& later) { turn(later.cameras[2], 5); });
  const auto keep_frames_of_cam2 = [&](int most) {
    int kept = 0;
    std::erase_if(observations.views,
                  [&](const View& view) { return view.camera == 2 && ++kept > most; });
    return check_rig(observations, world.truth, 1);
  };
  EXPECT_TRUE(keep_frames_of_cam2(3).fails_for_certain());
  const RigCheck check = keep_frames_of_cam2(1);
  EXPECT_THAT(moved_names(check), ElementsAre("cam2"));
  EXPECT_EQ(check.cameras[2].shared_frames, 1);
  EXPECT_FALSE(check.holds());
  EXPECT_FALSE(check.fails_for_certain());
}

TEST(RigCheck, WithoutPosesThereIsNothingToCheck) {
  World world = make_world(small_rig(2), kBoard, 0.1);
  for (Camera& camera : world.truth.cameras) camera.T_cam_rig.reset();
  EXPECT_THAT(error_text([&] { check_rig(world.observations, world.truth, 1); }),
              HasSubstr("no camera of the calibration has a pose"));
}

}  // namespace
}  // namespace calib::testing
