#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "scene/board_faces.hpp"
#include "support/error_text.hpp"
#include "synth/synthetic_rig.hpp"
#include "synth/usual_board.hpp"

namespace calib {
namespace {

using calib::testing::error_text;
using ::testing::HasSubstr;

Calibration rig(int cameras = 2, RigShape arrangement = RigShape::kGrid) {
  SynthOptions options;
  options.cameras = cameras;
  options.arrangement = arrangement;
  options.frames = 8;
  return make_synthetic_rig(options, testing::kUsualBoard);
}

TEST(TrueObservations, AreTheProjectionsOfTheBoard) {
  const Calibration truth = rig();
  const Observations observations = true_observations(truth, 0);
  ASSERT_FALSE(observations.views.empty());
  for (const View& view : observations.views) {
    const Camera& camera = truth.cameras[static_cast<std::size_t>(view.camera)];
    const Projector projector(*camera.intrinsics);
    for (const Corner& corner : view.corners) {
      const auto pixel = projector.project(*camera.T_cam_rig * truth.frames.at(view.frame) *
                                           corner_position(testing::kUsualBoard, corner.id));
      ASSERT_TRUE(pixel);
      EXPECT_EQ(pixel->x(), corner.x);
      EXPECT_EQ(pixel->y(), corner.y);
      EXPECT_EQ(corner.sigma_px, 0);
    }
  }
}

TEST(TrueObservations, NameImagesAndKeepTheOrder) {
  const Observations observations = true_observations(rig(), 0);
  ASSERT_EQ(observations.cameras.size(), 2u);
  EXPECT_EQ(observations.cameras[1].name, "cam1");
  EXPECT_EQ(observations.cameras[1].image_size, (ImageSize{1280, 720}));
  EXPECT_EQ(observations.views.size() + observations.missing.size(), 16u);
  EXPECT_EQ(observations.views.back().image, "cam1/0007.png");
  EXPECT_TRUE(std::is_sorted(observations.views.begin(), observations.views.end(),
                             [](const View& a, const View& b) {
                               return std::pair(a.camera, a.frame) < std::pair(b.camera, b.frame);
                             }));
}

TEST(TrueObservations, CamerasComeInNaturalOrder) {
  Calibration truth = rig();
  truth.cameras[0].name = "cam10";
  truth.cameras[1].name = "cam9";
  const Observations observations = true_observations(truth, 0);
  EXPECT_EQ(observations.cameras[0].name, "cam9");
  EXPECT_EQ(observations.views.front().image.substr(0, 5), "cam9/");
}

TEST(TrueObservations, OfAPanelAreOfTheFaceThatEachCameraSees) {
  const Board& front = testing::kUsualBoard;
  SynthOptions options;
  options.cameras = 4;
  options.arrangement = RigShape::kRing;
  options.frames = 8;
  const Calibration truth =
      make_synthetic_rig(options, two_faced(front, front, back_pose(front, front, {0.01})));
  int of_front = 0, of_back = 0;
  for (const View& view : true_observations(truth, 0).views) {
    const Camera& camera = truth.cameras[static_cast<std::size_t>(view.camera)];
    const Pose T_board_cam = (*camera.T_cam_rig * truth.frames.at(view.frame)).inverse();
    const bool is_behind = T_board_cam.translation.z() > 0.01;
    (is_behind ? of_back : of_front) += 1;
    for (const Corner& corner : view.corners)
      EXPECT_EQ(corner.id >= corner_count(front), is_behind) << view.image;
  }
  EXPECT_GT(of_front, 5);
  EXPECT_GT(of_back, 5);
}

TEST(TrueObservations, KeepAMarginFromTheEdge) {
  SynthOptions options;
  options.partial = 0.5;
  options.frames = 10;
  const Calibration truth = make_synthetic_rig(options, testing::kUsualBoard);
  const auto count = [&](double margin_px) {
    std::size_t corners = 0;
    for (const View& view : true_observations(truth, margin_px).views) {
      EXPECT_GE(view.corners.size(), 4u);
      corners += view.corners.size();
      for (const Corner& corner : view.corners) {
        EXPECT_GE(std::min(corner.x, corner.y), margin_px);
        EXPECT_LE(corner.x, 1279 - margin_px);
        EXPECT_LE(corner.y, 719 - margin_px);
      }
    }
    return corners;
  };
  EXPECT_LT(count(40), count(0));
}

TEST(TrueObservations, ABoardSeenFromBehindIsMissing) {
  Calibration truth = rig(1);
  Pose& T_rig_board = truth.frames.begin()->second;
  const Eigen::Vector3d middle = 0.03 * Eigen::Vector3d(5, 3.5, 0);
  const Eigen::Vector3d center = T_rig_board * middle;
  T_rig_board.rotation = T_rig_board.rotation * exp_so3(Eigen::Vector3d(0, 3.14159265358979, 0));
  T_rig_board.translation += center - T_rig_board * middle;
  const Observations observations = true_observations(truth, 0);
  ASSERT_EQ(observations.missing.size(), 1u);
  EXPECT_EQ(observations.missing[0].frame, 0);
  EXPECT_EQ(observations.missing[0].reason, "out_of_view");
  EXPECT_EQ(observations.missing[0].image, "cam0/0000.png");
}

TEST(TrueObservations, NeedACompleteCalibration) {
  Calibration truth = rig();
  truth.cameras[1].T_cam_rig.reset();
  EXPECT_THAT(error_text([&] { true_observations(truth, 0); }),
              HasSubstr("camera 'cam1' has no T_cam_rig"));
}

TEST(AddNoise, IsGaussianOfTheAskedSize) {
  const Observations exact = true_observations(rig(4), 0);
  const Observations noisy = add_noise(exact, 0.2, 3);
  double sum = 0, squares = 0, product = 0;
  double count = 0;
  for (std::size_t v = 0; v < exact.views.size(); ++v) {
    for (std::size_t i = 0; i < exact.views[v].corners.size(); ++i) {
      const Corner& corner = noisy.views[v].corners[i];
      const double dx = corner.x - exact.views[v].corners[i].x;
      const double dy = corner.y - exact.views[v].corners[i].y;
      EXPECT_EQ(corner.sigma_px, 0.2);
      EXPECT_EQ(corner.id, exact.views[v].corners[i].id);
      sum += dx + dy;
      squares += dx * dx + dy * dy;
      product += dx * dy;
      ++count;
    }
  }
  ASSERT_GT(count, 2000);
  // Five standard errors of 2 * count values.
  EXPECT_NEAR(sum / (2 * count), 0, 5 * 0.2 / std::sqrt(2 * count));
  EXPECT_NEAR(std::sqrt(squares / (2 * count)), 0.2, 5 * 0.2 / std::sqrt(4 * count));
  EXPECT_NEAR(product / count, 0, 5 * 0.04 / std::sqrt(count));
}

TEST(AddNoise, DoesNotDependOnWhatElseIsThere) {
  const Observations exact = true_observations(rig(), 0);
  const Observations noisy = add_noise(exact, 0.2, 3);
  Observations few = exact;
  few.views = {exact.views[9]};
  few.views[0].corners = {exact.views[9].corners[20]};
  EXPECT_EQ(add_noise(few, 0.2, 3).views[0].corners[0], noisy.views[9].corners[20]);
  EXPECT_EQ(add_noise(exact, 0.2, 3), noisy);
  EXPECT_NE(add_noise(exact, 0.2, 4), noisy);
}

}  // namespace
}  // namespace calib
