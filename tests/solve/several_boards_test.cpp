#include <gmock/gmock.h>

#include <cmath>

#include "solve/solve_all.hpp"
#include "solve/solve_rig.hpp"
#include "support/error_text.hpp"
#include "support/finding_texts.hpp"
#include "support/two_board_world.hpp"

namespace calib {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using testing::error_text;
using ::testing::HasSubstr;
using testing::solve_all;
using testing::two_board_truth;

constexpr double kSigmaPx = 0.05;

Observations observe(const Calibration& truth) {
  Observations observations = add_noise(true_observations(truth, 4), kSigmaPx, 3);
  for (Board& part : observations.board.parts) part.T_board_part.reset();
  return observations;
}

TEST(SeveralBoards, ConnectCamerasThatNeverSeeTheSameBoard) {
  const Calibration truth = two_board_truth(40, 15);
  const Calibration found = solve_all(observe(truth));
  const Camera& camera = found.cameras[1];
  const Eigen::Vector3d error =
      camera.T_cam_rig->inverse().translation - truth.cameras[1].T_cam_rig->inverse().translation;
  EXPECT_LT(error.cwiseQuotient(*camera.std.center_m).cwiseAbs().maxCoeff(), 4);
  EXPECT_LT(camera.std.center_m->norm(), 1e-3);
  const Pose& T_1_2 = *found.board.parts[1].T_board_part;
  const Pose& true_T_1_2 = *truth.board.parts[1].T_board_part;
  EXPECT_LT((T_1_2.translation - true_T_1_2.translation).norm(), 1e-3);
  EXPECT_LT(angle_between(T_1_2.rotation, true_T_1_2.rotation), 1e-3);
  EXPECT_EQ(found.frames.size(), truth.frames.size());
  EXPECT_THAT(testing::finding_texts(found), Contains(HasSubstr("2 stands 461")));
}

TEST(SeveralBoards, AreRefusedWithoutAPictureOfBoth) {
  const Observations observations = observe(two_board_truth(40, 0));
  EXPECT_THAT(error_text([&] { solve_all(observations); }),
              AllOf(HasSubstr("nothing connects the boards 1 to the boards 2"),
                    HasSubstr("film both in one picture")));
}

TEST(SeveralBoards, RejectOnlyTheWrongView) {
  const Calibration truth = two_board_truth(30, 15);
  Observations observations = observe(truth);
  View& view = observations.views.back();  // cam1 with its own board
  for (Corner& corner : view.corners) corner.x += 30 * std::sin(corner.id);
  const Calibration found = solve_all(observations);
  EXPECT_GE(found.rejected.size(), 1u);
  for (const Rejected& rejected : found.rejected)
    EXPECT_EQ(rejected.frame, view.frame) << rejected.camera << ' ' << rejected.reason;
}

}  // namespace
}  // namespace calib
