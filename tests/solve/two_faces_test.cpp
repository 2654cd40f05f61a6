#include <gmock/gmock.h>

#include "scene/board_faces.hpp"
#include "solve/resolve_board_ambiguity.hpp"
#include "solve/solve_all.hpp"
#include "support/finding_texts.hpp"
#include "synth/synthetic_rig.hpp"

namespace calib {
namespace {

using ::testing::Contains;
using testing::finding_texts;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::solve_all;

constexpr double kThickness_m = 0.006;

Board charuco() { return {&kCharuco, 7, 5, 0.04, {}, 0.03, "5X5_250"}; }

Calibration ring_truth(const Board& board, int cameras = 4) {
  SynthOptions options;
  options.cameras = cameras;
  options.arrangement = RigShape::kRing;
  options.baseline_m = 1.2;
  options.frames = 24;
  options.partial = 0;
  return make_synthetic_rig(options, board);
}

Board panel_of(const Board& board, double turn_rad = 0) {
  return two_faced(board, board, back_pose(board, board, {kThickness_m, turn_rad}));
}

Observations seen(const Calibration& truth) {
  return add_noise(true_observations(truth, 4), 0.05, 3);
}

bool found(const Calibration& calibration, FindingCode code) {
  return std::any_of(calibration.findings.begin(), calibration.findings.end(),
                     [&](const Finding& finding) { return finding.code == code; });
}

// The centers of all cameras are within a few of their standard deviations, which are small.
void expect_right(const Calibration& solved, const Calibration& truth) {
  for (std::size_t i = 1; i < truth.cameras.size(); ++i) {
    const Camera& camera = solved.cameras[i];
    ASSERT_TRUE(camera.T_cam_rig) << camera.name;
    const Eigen::Vector3d error =
        camera.T_cam_rig->inverse().translation - truth.cameras[i].T_cam_rig->inverse().translation;
    EXPECT_LT(error.cwiseQuotient(*camera.std.center_m).cwiseAbs().maxCoeff(), 4.5) << camera.name;
    EXPECT_LT(camera.std.center_m->norm(), 0.02) << camera.name;
  }
}

void expect_two_faces(const Calibration& solved, const Calibration& truth) {
  expect_right(solved, truth);
  ASSERT_TRUE(has_equal_faces(solved.board));
  EXPECT_TRUE(found(solved, FindingCode::kBoardTwoFaces));
  const Board& back = solved.board.parts[1];
  // Board poses are known to some hundredths of a millimeter.
  EXPECT_NEAR((*back.T_board_part * board_middle(back)).z(), kThickness_m, 3e-4);
}

TEST(TwoFaces, AreFoundWithoutBeingTold) {
  for (const Board& board : {charuco(), Board{&kChessboard, 9, 6, 0.03}}) {
    const Calibration truth = ring_truth(panel_of(board));
    expect_two_faces(solve_all(as_front(seen(truth))), truth);
  }
}

// Each view then has four ways to be numbered.
TEST(TwoFaces, AreFoundOfABoardThatAlsoLooksTheSameAfterAHalfTurn) {
  const Board board{&kChessboard, 9, 7, 0.03};
  const Calibration truth = ring_truth(panel_of(board, 1.57));
  Observations observations = as_front(seen(truth));
  for (std::size_t i = 0; i < observations.views.size(); i += 3)
    observations.views[i].corners =
        relabeled(observations.views[i].corners, ambiguous_relabelings(board)[1]);
  expect_two_faces(solve_all(observations), truth);
}

// The prints need not lie behind each other: then the two ways to name the faces differ.
TEST(TwoFaces, NeedNotBeAligned) {
  Board panel = panel_of(charuco(), 0.6);
  panel.parts[1].T_board_part->translation += Eigen::Vector3d(0.012, -0.008, 0);
  const Calibration truth = ring_truth(panel);
  expect_two_faces(solve_all(as_front(seen(truth))), truth);
}

// Two cameras that face each other never see the same face in one frame.
TEST(TwoFaces, ConnectCamerasThatNeverSeeTheSameFace) {
  const Calibration truth = ring_truth(panel_of(charuco()), 2);
  const Observations observations = as_front(seen(truth));
  expect_right(solve_all(observations), truth);
}

TEST(TwoFaces, KeepTheirNumbersInOtherFrames) {
  const Calibration truth = ring_truth(panel_of(charuco()));
  const Observations observations = as_front(seen(truth));
  Calibration solved = solve_all(observations);
  solved.frames.clear();
  const Observations numbered = with_resolved_ambiguity(observations, solved);
  // Within a frame, cameras see the same face here if and only if they do in truth.
  const Observations exact = seen(truth);
  ASSERT_EQ(numbered.views.size(), exact.views.size());
  const auto is_back = [](const Observations& all, std::size_t view) {
    return part_point(all.board, all.views[view].corners.front().id).part == 1;
  };
  for (std::size_t a = 0; a < exact.views.size(); ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      if (exact.views[a].frame != exact.views[b].frame) continue;
      EXPECT_EQ(is_back(numbered, a) == is_back(numbered, b),
                is_back(exact, a) == is_back(exact, b));
    }
  }
}

TEST(TwoFaces, OfOneFacedBoardsAreNotFound) {
  const Calibration truth = ring_truth(charuco());
  Observations observations = seen(truth);
  EXPECT_TRUE(solve_all(observations).board.parts.empty());
  // The last quarter of the frames of one camera are those of other moments.
  for (View& view : observations.views)
    if (view.camera == 1 && view.frame >= 18) view.frame = 41 - view.frame;
  sort_views(observations.views);
  const Calibration solved = solve_all(observations);
  EXPECT_FALSE(found(solved, FindingCode::kBoardTwoFaces));
  EXPECT_FALSE(found(solved, FindingCode::kBoardFacesUnclear));
}

TEST(TwoFaces, WithOtherPrintsArePlacedLikeSeveralBoards) {
  Board back = charuco();
  back.first_marker = 24;
  const Calibration truth =
      ring_truth(two_faced(charuco(), back, back_pose(charuco(), back, {kThickness_m})));
  const Calibration solved = solve_all(seen(truth));
  expect_right(solved, truth);
  EXPECT_THAT(finding_texts(solved), Contains(HasSubstr("turned by 180.0")));
}

}  // namespace
}  // namespace calib
