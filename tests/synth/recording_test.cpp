#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "support/error_text.hpp"
#include "synth/synthetic_rig.hpp"
#include "synth/usual_board.hpp"

namespace calib {
namespace {

using calib::testing::error_text;
using ::testing::HasSubstr;

SynthOptions moving() {
  SynthOptions options;
  options.cameras = 2;
  options.frames = 60;
  options.motion = Motion::kSmooth;
  return options;
}

const Eigen::Vector3d kMiddle(0.15, 0.105, 0);  // of the board

TEST(Recording, TheBoardMovesSmoothlyAtTheAskedSpeed) {
  SynthOptions options = moving();
  options.frames = 300;
  const SyntheticRecording recording = make_recording(options, testing::kUsualBoard);
  constexpr double kStep_s = 1e-3;
  double way = 0, fastest = 0, sharpest = 0;
  for (double time_s = 0; time_s < 10; time_s += kStep_s) {
    const Eigen::Vector3d before = recording.path->at(time_s - kStep_s) * kMiddle,
                          now = recording.path->at(time_s) * kMiddle,
                          after = recording.path->at(time_s + kStep_s) * kMiddle;
    way += (after - now).norm();
    fastest = std::max(fastest, (after - now).norm() / kStep_s);
    sharpest = std::max(sharpest, (after - 2 * now + before).norm() / (kStep_s * kStep_s));
  }
  EXPECT_LE(fastest, options.speed_m_s * 1.001);
  EXPECT_GT(way / 10, options.speed_m_s / 2);  // it is slower in corners and where it turns
  // A change of direction takes at least two steps of 0.25 s, in which the speed turns around.
  EXPECT_LT(sharpest, 2 * options.speed_m_s / 0.25);
}

TEST(Recording, MostViewsSeeTheBoardThatMoves) {
  const Observations observations =
      true_observations(make_recording(moving(), testing::kUsualBoard), 4);
  EXPECT_EQ(observations.frame_rate_hz, 30);
  std::size_t corners = 0;
  for (const View& view : observations.views) corners += view.corners.size();
  EXPECT_GT(corners, 0.9 * 120 * 88);
}

// A corner is where its row saw it: a rate, an offset and a line delay move the board by what it
// moves in that time.
TEST(Recording, CornersFollowTheClocksOfCamerasAndRows) {
  SynthOptions options = moving();
  options.time_offset = {"cam1=13ms"};
  options.rate = {"cam1=29"};
  options.line_delay = {"cam1=-40us"};
  const SyntheticRecording recording = make_recording(options, testing::kUsualBoard);
  EXPECT_EQ(recording.truth.cameras[0].time, CameraTime{});
  const CameraTime time = recording.truth.cameras[1].time.value();
  EXPECT_EQ(time, (CameraTime{0.013, 30 / 29.0, -40e-6}));
  const Camera& camera = recording.truth.cameras[1];
  const Projector projector(*camera.intrinsics);
  std::size_t checked = 0;
  for (const View& view : true_observations(recording, 4).views) {
    for (const Corner& corner : view.corners) {
      if (view.camera != 1) continue;
      const double tau_s = time.rate * static_cast<double>(view.frame) / 30 + time.offset_s +
                           time.line_delay_s * corner.y;
      const auto pixel = projector.project(*camera.T_cam_rig * recording.path->at(tau_s) *
                                           corner_position(testing::kUsualBoard, corner.id));
      ASSERT_NEAR(pixel->x(), corner.x, 1e-6);
      ASSERT_NEAR(pixel->y(), corner.y, 1e-6);
      ++checked;
    }
  }
  EXPECT_GT(checked, 1000u);
}

// The same seed gives the same motion, whatever the cameras' clocks are.
TEST(Recording, TheMotionDoesNotDependOnTheClocks) {
  SynthOptions options = moving();
  const SyntheticRecording plain = make_recording(options, testing::kUsualBoard);
  options.time_offset = {"cam1=-2s"};
  options.line_delay = {"cam0=30us"};
  const SyntheticRecording late = make_recording(options, testing::kUsualBoard);
  EXPECT_EQ(plain.truth.frames.at(59).matrix(), late.truth.frames.at(59).matrix());
  EXPECT_EQ(plain.truth.frames.at(7).matrix(), plain.path->at(7 / 30.0).matrix());
}

TEST(Recording, LaterImagesMoveUpWhereSomeAreLost) {
  SynthOptions options = moving();
  options.lose_frames = {"cam1=10+2", "cam1=40+1"};
  const SyntheticRecording recording = make_recording(options, testing::kUsualBoard);
  EXPECT_EQ(recording.shots[0].size(), 60u);
  ASSERT_EQ(recording.shots[1].size(), 57u);
  EXPECT_EQ(recording.shots[1][9].capture, 9);
  EXPECT_EQ(recording.shots[1][10].capture, 12);
  EXPECT_EQ(recording.shots[1][10].frame, 10);
  EXPECT_DOUBLE_EQ(recording.shots[1][10].tau_s, 12 / 30.0);
  EXPECT_EQ(recording.shots[1][56].capture, 59);
}

TEST(Recording, WrongOptionsAreNamed) {
  const auto failure = [](const auto& change) {
    SynthOptions options = moving();
    change(options);
    return error_text([&] { make_recording(options, testing::kUsualBoard); });
  };
  EXPECT_THAT(failure([](SynthOptions& o) { o.time_offset = {"cam2=1ms"}; }),
              HasSubstr("time_offset: found 'cam2=1ms', expected CAMERA=VALUE with a camera from "
                        "cam0 to cam1"));
  EXPECT_THAT(failure([](SynthOptions& o) { o.time_offset = {"cam0=1ms"}; }),
              HasSubstr("but cam0 is the reference camera"));
  EXPECT_THAT(failure([](SynthOptions& o) { o.time_offset = {"cam1=1h"}; }),
              HasSubstr("time_offset: '1h' is not a time"));
  EXPECT_THAT(failure([](SynthOptions& o) { o.time_offset = {"cam1=20s"}; }),
              HasSubstr("time_offset: found 'cam1=20s', expected at most 9"));
  EXPECT_THAT(failure([](SynthOptions& o) { o.rate = {"cam1=0"}; }),
              HasSubstr("rate: found '0', expected a positive number"));
  EXPECT_THAT(failure([](SynthOptions& o) { o.lose_frames = {"cam1=70+1"}; }),
              HasSubstr("lose_frames: found 'cam1=70+1', expected CAMERA=FRAME+COUNT"));
  EXPECT_THAT(failure([](SynthOptions& o) {
                o.motion = Motion::kStill;
                o.exposure_s = 0.01;
              }),
              HasSubstr("exposure: makes no difference to a board that is still; add --motion "
                        "smooth"));
}

}  // namespace
}  // namespace calib
