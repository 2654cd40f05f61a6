#include "evaluate/unrelated_frames.hpp"

#include <gmock/gmock.h>

#include <set>

#include "evaluate/verdict.hpp"
#include "support/synthetic_world.hpp"
#include "synth/random.hpp"

namespace calib::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// The pictures of some cameras in an order of their own, as if each had filmed for itself.
Observations shuffled(Observations observations, const std::set<int>& cameras, int frames,
                      int seed) {
  for (const int camera : cameras) {
    Random random(mix_seed(static_cast<std::uint64_t>(seed), static_cast<std::uint64_t>(camera)));
    std::vector<std::int64_t> order(static_cast<std::size_t>(frames));
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::int64_t>(i);
    for (std::size_t i = order.size(); i > 1; --i)
      std::swap(order[i - 1], order[static_cast<std::size_t>(random.below(static_cast<int>(i)))]);
    for (View& view : observations.views)
      if (view.camera == camera) view.frame = order[static_cast<std::size_t>(view.frame)];
  }
  sort_views(observations.views);
  return observations;
}

std::optional<UnrelatedFrames> unrelated(const Observations& observations,
                                         const Calibration& calibration) {
  return evaluate(observations, calibration, 1).unrelated;
}

std::set<int> all_of(int cameras) {
  std::set<int> all;
  for (int i = 0; i < cameras; ++i) all.insert(i);
  return all;
}

TEST(UnrelatedFrames, AreFoundWhereEachCameraHasShotsOfItsOwn) {
  for (const int cameras : {2, 3, 4}) {
    for (const int frames : {10, 16, 40}) {
      const World world = make_world(small_rig(cameras, frames), kBoard, 0.1);
      const auto found =
          unrelated(shuffled(world.observations, all_of(cameras), frames, frames), world.truth);
      ASSERT_TRUE(found) << cameras << " cameras, " << frames << " frames";
      EXPECT_TRUE(found->all);
      EXPECT_EQ(found->cameras.size(), static_cast<std::size_t>(cameras));
      EXPECT_GT(found->error_px, 20);
      EXPECT_FALSE(unrelated(world.observations, world.truth));
    }
  }
}

TEST(UnrelatedFrames, AreThoseOfTheOneCameraThatFilmedForItself) {
  const World world = make_world(small_rig(4, 20), kBoard, 0.1);
  const auto found = unrelated(shuffled(world.observations, {2}, 20, 1), world.truth);
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->all);
  EXPECT_THAT(found->cameras, ElementsAre("cam2"));
}

TEST(UnrelatedFrames, AreNotThoseOfALateStreamOrOfSomeOtherPictures) {
  const World world = make_world(small_rig(3, 30), kBoard, 0.1);
  Observations late = world.observations, mixed = world.observations;
  for (View& view : late.views)
    if (view.camera == 1) view.frame += 4;
  EXPECT_FALSE(unrelated(late, world.truth));
  for (View& view : mixed.views)  // half of the pictures of a camera are shown one frame later
    if (view.camera == 1 && view.frame >= 15) view.frame = 15 + (view.frame - 14) % 15;
  sort_views(mixed.views);
  EXPECT_FALSE(unrelated(mixed, world.truth));
}

// Half of the frames before a camera moved far, and half after it.
TEST(UnrelatedFrames, AreNotThoseOfACameraThatMoved) {
  const World world = make_world(small_rig(2, 24), kBoard, 0.1);
  Calibration moved = world.truth;
  moved.cameras[1].T_cam_rig->translation += Eigen::Vector3d(0.1, 0.05, 0.02);
  Observations observations = world.observations;
  const Observations after = add_noise(true_observations(moved, 1), 0.1, 2);
  std::erase_if(observations.views, [](const View& view) { return view.frame >= 12; });
  for (const View& view : after.views)
    if (view.frame >= 12) observations.views.push_back(view);
  sort_views(observations.views);
  EXPECT_FALSE(unrelated(observations, world.truth));
}

// Cameras that face each other see the two prints of a board, whose corners are numbered alike.
TEST(UnrelatedFrames, AreNotThoseOfABoardWithTwoFaces) {
  const World world = make_world(small_rig(2, 20), kBoard, 0.1);
  Calibration turned = world.truth;
  const Eigen::Vector3d center = corner_position(kBoard, corner_count(kBoard) - 1) / 2;
  const Eigen::Quaterniond turn = exp_so3({std::numbers::pi, 0, 0});
  for (auto& [frame, T_rig_board] : turned.frames)
    T_rig_board = T_rig_board * Pose{turn, center - turn * center};
  Observations observations = world.observations;
  const Observations back = add_noise(true_observations(turned, 1), 0.1, 2);
  std::erase_if(observations.views, [](const View& view) { return view.camera == 1; });
  for (const View& view : back.views)
    if (view.camera == 1) observations.views.push_back(view);
  sort_views(observations.views);
  EXPECT_FALSE(unrelated(observations, world.truth));
}

TEST(UnrelatedFrames, AreToldFirstAndWithoutWhatFollowsFromThem) {
  const World world = make_world(small_rig(3, 15), kBoard, 0.1);
  const Observations observations = shuffled(world.observations, all_of(3), 15, 1);
  Calibration calibration = world.truth;
  calibration.findings = {{.code = FindingCode::kTimeOffset,
                           .cameras = {"cam1"},
                           .numbers = {{"offset_ms", 3}, {"std_ms", 0.1}},
                           .words = {{"reference", "cam0"}}},
                          {.code = FindingCode::kBoardShapesNotEstimated}};
  const Evaluation evaluation = evaluate(observations, calibration, 1);
  const std::vector<Check> checks = judge(observations, evaluation, calibration);
  EXPECT_EQ(calibration.verdict, Verdict::kPoor);
  ASSERT_FALSE(calibration.findings.empty());
  EXPECT_EQ(calibration.findings.front().code, FindingCode::kFramesUnrelated);
  EXPECT_THAT(verdict_reasons(calibration.findings).front(),
              HasSubstr("pictures with the same number are not of the same moment"));
  const std::set<FindingCode> caused = {
      FindingCode::kBoardPosesDisagree, FindingCode::kErrorsCorrelated, FindingCode::kRowError,
      FindingCode::kLensMisfit,         FindingCode::kCameraMoved,      FindingCode::kTimeOffset};
  for (const Finding& finding : calibration.findings)
    EXPECT_FALSE(caused.contains(finding.code)) << to_text(finding.code);
  EXPECT_TRUE(std::any_of(calibration.findings.begin(), calibration.findings.end(),
                          [](const Finding& finding) {
                            return finding.code == FindingCode::kBoardShapesNotEstimated;
                          }));
  // The checks are listed all the same.
  for (const FindingCode code :
       {FindingCode::kRowError, FindingCode::kLensMisfit, FindingCode::kErrorPattern}) {
    EXPECT_TRUE(std::any_of(checks.begin(), checks.end(), [&](const Check& check) {
      return check.code == code && check.severity == Severity::kError;
    })) << to_text(code);
  }
}

TEST(UnrelatedFrames, DoNotMatterForLensesAlone) {
  World world = make_world(small_rig(3, 20), kBoard, 0.1);
  for (Camera& camera : world.truth.cameras) {
    camera.T_cam_rig.reset();
    camera.views = 20;
  }
  world.truth.frames.clear();
  const Observations observations = shuffled(world.observations, all_of(3), 20, 1);
  const Evaluation evaluation = evaluate(observations, world.truth, 1);
  EXPECT_TRUE(evaluation.unrelated);
  judge(observations, evaluation, world.truth);
  EXPECT_EQ(world.truth.verdict, Verdict::kGood);
}

}  // namespace
}  // namespace calib::testing
