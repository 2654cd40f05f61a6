#include "solve/solve_rig.hpp"
#include "solve/select_cameras.hpp"
#include "support/finding_texts.hpp"

#include <gmock/gmock.h>

#include "scene/board_symmetry.hpp"
#include "solve/board_pose.hpp"
#include "solve/camera_graph.hpp"
#include "solve/resolve_board_ambiguity.hpp"
#include "solve/solve_all.hpp"
#include "solve/solve_intrinsics.hpp"
#include "support/error_text.hpp"
#include "support/synthetic_world.hpp"

namespace calib {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::kBoard;
using testing::solve_all;

// The largest error of a camera center over its predicted standard deviation.
double worst_center_sigmas(const Calibration& found, const Calibration& truth) {
  double worst = 0;
  for (std::size_t c = 1; c < truth.cameras.size(); ++c) {
    const Eigen::Vector3d error = found.cameras[c].T_cam_rig->inverse().translation -
                                  truth.cameras[c].T_cam_rig->inverse().translation;
    worst =
        std::max(worst, error.cwiseQuotient(*found.cameras[c].std.center_m).cwiseAbs().maxCoeff());
  }
  return worst;
}

// At most 9 numbers: by chance one exceeds 4.2 standard deviations once in 4000 runs.
constexpr double kSigmas = 4.2;

TEST(Rig, FourCamerasAreRecoveredWithinThePredictedUncertainty) {
  const auto world = testing::make_world(testing::small_rig(4, 20), kBoard, 0.1);
  const Calibration found = solve_all(world.observations);
  EXPECT_LT(worst_center_sigmas(found, world.truth), kSigmas);
  for (std::size_t c = 1; c < 4; ++c) {
    const Camera& camera = found.cameras[c];
    // With a baseline of 100 mm and a noise of 0.1 px the predicted uncertainty must be small.
    EXPECT_LT(camera.std.center_m->norm(), 0.5e-3);
    const Eigen::Vector3d turn = log_so3(camera.T_cam_rig->rotation *
                                         world.truth.cameras[c].T_cam_rig->rotation.conjugate());
    EXPECT_LT(turn.cwiseQuotient(*camera.std.rotation_rad).cwiseAbs().maxCoeff(), kSigmas);
  }
  EXPECT_EQ(found.frames.size(), 20u);
  EXPECT_TRUE(found.rejected.empty());
}

TEST(Rig, ARingWhoseCamerasSeeTheBoardInPairsOnly) {
  SynthOptions options = testing::small_rig(5, 60);
  options.arrangement = RigShape::kRing;
  options.baseline_m = 0.6;
  const auto world = testing::make_world(options, kBoard, 0.1);
  const Calibration found = solve_all(world.observations);
  EXPECT_LT(worst_center_sigmas(found, world.truth), kSigmas);
}

TEST(Rig, TheReferenceCameraIsTheUsersChoice) {
  const auto world = testing::make_world(testing::small_rig(3, 15), kBoard, 0.1);
  ExtrinsicsOptions options;
  options.reference = "cam2";
  const Calibration found = solve_all(world.observations, options);
  EXPECT_EQ(found.reference_camera, "cam2");
  EXPECT_EQ(found.cameras[2].T_cam_rig->translation, Eigen::Vector3d::Zero());
  options.reference = "cam7";
  EXPECT_THAT(testing::error_text([&] { solve_all(world.observations, options); }),
              HasSubstr("there is no camera 'cam7'"));
}

TEST(Rig, RemovesThePosesOfAnEarlierSolve) {
  const auto world = testing::make_world(testing::small_rig(3, 15), kBoard, 0.1);
  const Calibration whole = solve_all(world.observations);
  const Observations two = select_cameras(world.observations, {"cam1", "cam2"});
  const Calibration found = solve_rig(two, whole, {}, 1, no_progress());
  EXPECT_EQ(found.reference_camera, "cam1");
  EXPECT_FALSE(found.cameras[0].T_cam_rig);
  EXPECT_TRUE(found.cameras[2].T_cam_rig);
  // Lenses of cameras without observations do not help.
  const Observations alone = select_cameras(world.observations, {"cam1", "cam2"});
  Calibration lensless = whole;
  lensless.cameras[1].intrinsics.reset();
  lensless.cameras[2].intrinsics.reset();
  EXPECT_THAT(testing::error_text([&] { solve_rig(alone, lensless, {}, 1, no_progress()); }),
              HasSubstr("no intrinsics for camera 'cam1'"));
}

TEST(Rig, FixedIntrinsicsStayAsTheyWere) {
  const auto world = testing::make_world(testing::small_rig(), kBoard, 0.1);
  const Calibration intrinsics = solve_intrinsics(world.observations, {}, 1, no_progress());
  ExtrinsicsOptions options;
  options.fix_intrinsics = true;
  const Calibration found = solve_rig(world.observations, intrinsics, options, 1, no_progress());
  EXPECT_EQ(found.cameras[1].intrinsics->parameters, intrinsics.cameras[1].intrinsics->parameters);
  EXPECT_EQ(found.cameras[1].std.parameters, intrinsics.cameras[1].std.parameters);
}

TEST(Rig, HalfTurnsOfASymmetricBoardAreSettledByTheRig) {
  for (const Board& board : {Board{&kChessboard, 8, 6, 0.04}, Board{&kChessboard, 6, 6, 0.04}}) {
    auto world = testing::make_world(testing::small_rig(3, 15), board, 0.1);
    const auto maps = ambiguous_relabelings(board);
    // Number every view in one of the ways between which detectors cannot decide.
    for (std::size_t i = 0; i < world.observations.views.size(); ++i) {
      const Relabeling& map = maps[(i * 7 + i / 3) % maps.size()];
      for (Corner& corner : world.observations.views[i].corners) corner.id = map[corner.id];
    }
    const Calibration found = solve_all(world.observations);
    EXPECT_LT(worst_center_sigmas(found, world.truth), kSigmas) << size_text(board);
    EXPECT_THAT(testing::finding_texts(found), ::testing::Contains(HasSubstr("half turn")));
    // The observations can be renumbered as the rig has chosen.
    const Observations seen = with_resolved_ambiguity(world.observations, found);
    const Projector lens(*found.cameras[1].intrinsics);
    for (const View& view : seen.views) {
      if (view.camera != 1) continue;
      const Pose pose = *found.cameras[1].T_cam_rig * found.frames.at(view.frame);
      EXPECT_LT(rms(reprojection_errors(lens, board, pose, view.corners)), 0.5);
    }
    EXPECT_TRUE(found.rejected.empty());
  }
}

// A new recording uses the frame numbers of the old one for other poses, or numbers of its own.
TEST(Rig, HalfTurnsInANewRecordingAreSettledByTheCameras) {
  for (const Board& board : {Board{&kChessboard, 8, 6, 0.04}, Board{&kChessboard, 6, 6, 0.04}}) {
    SynthOptions options = testing::small_rig(3, 15);
    const Calibration old = testing::make_world(options, board, 0).truth;
    options.seed = 4;
    Calibration filmed = old;
    filmed.frames = make_synthetic_rig(options, board).frames;
    for (const std::int64_t later : {0, 1000}) {
      Observations observations = true_observations(filmed, 4);
      const auto maps = ambiguous_relabelings(board);
      for (std::size_t i = 0; i < observations.views.size(); ++i) {
        View& view = observations.views[i];
        view.frame += later;
        view.corners = relabeled(view.corners, maps[(i * 7 + i / 3) % maps.size()]);
      }
      std::map<std::int64_t, Pose> boards;
      int shared = 0;
      for (const View& view : with_resolved_ambiguity(observations, old).views) {
        const Camera& camera = old.cameras[static_cast<std::size_t>(view.camera)];
        const auto pose = estimate_board_pose(Projector(*camera.intrinsics), board, view.corners);
        ASSERT_TRUE(pose);
        const Pose T_rig_board = camera.T_cam_rig->inverse() * pose->T_cam_board;
        const auto [first, is_new] = boards.try_emplace(view.frame, T_rig_board);
        if (is_new) continue;
        ++shared;
        EXPECT_LT(angle_between(T_rig_board.rotation, first->second.rotation), 0.1)
            << size_text(board) << " in frame " << view.frame;
      }
      EXPECT_GT(shared, 10);
    }
  }
}

TEST(Rig, CamerasThatNeverShareAViewAreNamed) {
  auto world = testing::make_world(testing::small_rig(4, 24), kBoard, 0.1);
  // cam0 and cam1 see the board in the first half of the frames, cam2 and cam3 in the second.
  std::erase_if(world.observations.views,
                [](const View& view) { return (view.camera < 2) != (view.frame < 12); });
  EXPECT_THAT(testing::error_text([&] { solve_all(world.observations); }),
              AllOf(HasSubstr("{cam0, cam1} and {cam2, cam3}"), HasSubstr("both cam1 and cam2"),
                    HasSubstr("--allow-partial")));
  ExtrinsicsOptions partial;
  partial.allow_partial = true;
  const Calibration found = solve_all(world.observations, partial);
  EXPECT_TRUE(found.cameras[1].T_cam_rig);
  EXPECT_FALSE(found.cameras[2].T_cam_rig);
  EXPECT_THAT(testing::finding_texts(found),
              ::testing::Contains(HasSubstr("only the first group is solved")));
}

TEST(Rig, AViewOfAnotherMomentIsLeftOut) {
  auto world = testing::make_world(testing::small_rig(3, 15), kBoard, 0.1);
  View& late = world.observations.views[4];
  late.corners = world.observations.views[9].corners;  // the same camera, another frame
  const Calibration found = solve_all(world.observations);
  ASSERT_EQ(found.rejected.size(), 1u);
  EXPECT_EQ(found.rejected[0].camera, "cam0");
  EXPECT_EQ(found.rejected[0].frame, late.frame);
  EXPECT_LT(worst_center_sigmas(found, world.truth), kSigmas);
}

// An error of 3 px is normal for a corner with a sigma of 2 px, and an outlier for one of 0.1 px.
TEST(Rig, CornersAreJudgedByTheirOwnSigma) {
  auto world = testing::make_world(testing::small_rig(2, 15), kBoard, 0.1);
  for (View& view : world.observations.views) {
    view.corners[7].x += 3;
    view.corners[7].sigma_px = 2;
  }
  Corner& wrong = world.observations.views[4].corners[20];
  wrong.y += 3;
  const Calibration found = solve_all(world.observations);
  ASSERT_EQ(found.rejected.size(), 1u);
  EXPECT_EQ(found.rejected[0].corner, wrong.id);
  EXPECT_LT(worst_center_sigmas(found, world.truth), kSigmas);
}

TEST(Rig, ACalibrationOfOtherImagesIsRefused) {
  const auto world = testing::make_world(testing::small_rig(), kBoard, 0.1);
  const Calibration good = solve_intrinsics(world.observations, {}, 1, no_progress());
  const auto message = [&](const Calibration& calibration) {
    return testing::error_text(
        [&] { solve_rig(world.observations, calibration, {}, 1, no_progress()); });
  };
  Calibration other_size = good;
  other_size.cameras[1].image_size = {640, 480};
  EXPECT_THAT(message(other_size),
              AllOf(HasSubstr("'cam1'"), HasSubstr("640x480"), HasSubstr("1280x720")));
  Calibration other_crop = good;
  other_crop.cameras[0].crop = CropInfo{2560, 720, 0, 0, 1280, 720};
  EXPECT_THAT(message(other_crop), HasSubstr("different crops"));
  Calibration missing = good;
  missing.cameras.pop_back();
  EXPECT_THAT(message(missing), HasSubstr("no intrinsics for camera 'cam1'"));
}

TEST(CameraGraph, GroupsAreOrderedBySize) {
  std::vector<CameraEdge> edges(2);
  edges[0].a = 1, edges[0].b = 3;
  edges[1].a = 3, edges[1].b = 4;
  EXPECT_EQ(connected_groups(5, edges), (std::vector<std::vector<int>>{{1, 3, 4}, {0}, {2}}));
}

TEST(CameraGraph, SymmetriesTakeRelabeledCornersToTheirPlaces) {
  for (const Board& board : {Board{&kChessboard, 8, 6, 0.04}, Board{&kChessboard, 6, 6, 0.04}}) {
    const auto maps = ambiguous_relabelings(board);
    const auto motions = board_symmetries(board);
    ASSERT_EQ(maps.size(), motions.size());
    for (std::size_t k = 0; k < maps.size(); ++k) {
      for (int id = 0; id < corner_count(board); ++id) {
        EXPECT_LT(
            (motions[k] * corner_position(board, maps[k][id]) - corner_position(board, id)).norm(),
            1e-12);
      }
    }
  }
}

}  // namespace
}  // namespace calib
