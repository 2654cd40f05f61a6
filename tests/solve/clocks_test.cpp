// Cameras that are not in step: the clocks that a solve finds from boards that move.

#include <gmock/gmock.h>

#include <cmath>

#include "solve/adjust_clocks.hpp"
#include "solve/board_motion.hpp"
#include "solve/camera_clocks.hpp"
#include "solve/clock_search.hpp"
#include "solve/moving_boards.hpp"
#include "solve_all.hpp"
#include "support/error_text.hpp"
#include "support/finding_texts.hpp"
#include "support/synthetic_world.hpp"

namespace calib::testing {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;

SynthOptions film_options(int frames = 120) {
  SynthOptions options = small_rig(2, frames);
  options.motion = Motion::kSmooth;
  options.speed_m_s = 0.25;
  return options;
}

struct Film {
  SyntheticRecording recording;
  Observations observations;
};

Film make_film(const SynthOptions& options) {
  Film film{make_recording(options, kBoard), {}};
  film.observations = add_noise(true_observations(film.recording, 4), 0.05, 1);
  return film;
}

const CameraTime& time_of(const Calibration& calibration, const char* name) {
  static const CameraTime kInStep;
  const auto& time = find_camera(calibration, name)->time;
  return time ? *time : kInStep;
}

double focal_error(const Film& film, const Calibration& found) {
  double largest = 0;
  for (const Camera& camera : found.cameras) {
    const Camera& truth = *find_camera(film.recording.truth, camera.name);
    const double ratio = camera.intrinsics->parameters[0] / truth.intrinsics->parameters[0];
    largest = std::max(largest, std::abs(ratio - 1));
  }
  return largest;
}

TEST(Clocks, RowsThatWouldTakeLongerThanAFrameAreAWarning) {
  Camera camera{.name = "cam1", .image_size = {640, 481}};
  camera.time =
      CameraTime{.line_delay_s = -50e-6, .std = {std::nullopt, std::nullopt, 1e-6}};  // 24 ms
  const std::vector<Finding> slow = clock_findings(camera, "cam0", 1 / 30.0),
                             fast = clock_findings(camera, "cam0", 1 / 60.0);
  ASSERT_EQ(slow.size(), 1u);
  EXPECT_EQ(slow[0].severity, Severity::kNote);
  EXPECT_THAT(message_text(slow[0]), HasSubstr("the last one 24.00 ms (standard deviation 0.48) "
                                               "before the first"));
  ASSERT_EQ(fast.size(), 1u);
  EXPECT_EQ(fast[0].code, FindingCode::kRollingShutterUnlikely);
  EXPECT_EQ(fast[0].severity, Severity::kWarning);
  EXPECT_THAT(finding_text(fast[0]), AllOf(HasSubstr("longer than the 16.67 ms from one frame"),
                                           HasSubstr("check the frame rate")));
}

TEST(Clocks, OfCamerasInStepAreNotEstimated) {
  const Film film = make_film(film_options());
  const Calibration found = solve_all(film.observations);
  for (const Camera& camera : found.cameras) EXPECT_FALSE(camera.time) << camera.name;
}

TEST(Clocks, AnOffsetBelowAFrameIsFoundAndSpoilsNothing) {
  SynthOptions options = film_options();
  options.time_offset = {"cam1=11ms"};
  const Film film = make_film(options);
  const Calibration found = solve_all(film.observations);
  const CameraTime& time = time_of(found, "cam1");
  EXPECT_NEAR(time.offset_s, 0.011, 1e-4);
  ASSERT_TRUE(time.std.offset_s);
  EXPECT_LT(std::abs(time.offset_s - 0.011), 5 * *time.std.offset_s);
  EXPECT_LT(focal_error(film, found), 5e-4);
  EXPECT_THAT(finding_texts(found), Contains(HasSubstr("its images were taken 11.")));
  ExtrinsicsOptions believe;
  believe.shape.sync = Sync::kOff;
  EXPECT_FALSE(find_camera(solve_all(film.observations, believe), "cam1")->time);
}

TEST(Clocks, FramesThatAreLateAndThatAreLostAreFound) {
  SynthOptions options = film_options(160);
  options.time_offset = {"cam1=-240ms"};
  options.lose_frames = {"cam1=80+2"};
  const Film film = make_film(options);
  const CameraTime time = time_of(solve_all(film.observations), "cam1");
  EXPECT_NEAR(time.offset_s, -0.240, 1e-3);
  ASSERT_EQ(time.jumps.size(), 1u);
  EXPECT_NEAR(static_cast<double>(time.jumps[0].frame), 80, 3);
  EXPECT_EQ(time.jumps[0].frames, 2);
}

TEST(Clocks, FramesThatAreNumberedOnAfterALossArePairedByTheirTimes) {
  Film film = make_film(film_options(160));
  for (View& view : film.observations.views)
    view.time_s = static_cast<double>(view.frame) / kAssumedFrameRate;
  std::erase_if(film.observations.views,
                [](const View& view) { return view.camera == 1 && view.frame % 40 == 20; });
  for (View& view : film.observations.views)
    if (view.camera == 1) view.frame -= (view.frame + 20) / 40;
  const Calibration found = solve_all(film.observations);
  EXPECT_EQ(time_of(found, "cam1"), CameraTime{});
  EXPECT_TRUE(find_camera(found, "cam1")->time) << "so that others pair the frames too";
  EXPECT_LT(focal_error(film, found), 5e-4);
  EXPECT_GT(find_camera(found, "cam1")->views, 150);
  const Observations paired = in_step(film.observations, found);
  for (const View& view : paired.views)
    EXPECT_NEAR(*view.time_s, static_cast<double>(view.frame) / kAssumedFrameRate, 1e-9);
}

TEST(Clocks, ARollingShutterIsFoundByOneCameraAlone) {
  SynthOptions options = film_options(80);
  options.line_delay = {"cam0=25us", "cam1=-15us"};
  const Film film = make_film(options);
  const Calibration lenses = solve_intrinsics(film.observations, {}, 1, no_progress());
  EXPECT_NEAR(time_of(lenses, "cam0").line_delay_s, 25e-6, 5e-7);
  EXPECT_NEAR(time_of(lenses, "cam1").line_delay_s, -15e-6, 5e-7);
  const Calibration found = solve_rig(film.observations, lenses, {}, 1, no_progress());
  EXPECT_NEAR(time_of(found, "cam0").line_delay_s, 25e-6, 5e-7);
  EXPECT_LT(focal_error(film, found), 1e-3);
}

TEST(Clocks, ACornerInStepIsWhereTheBoardWasAtTheTimeOfItsFrame) {
  SynthOptions options = film_options();
  options.time_offset = {"cam1=11ms"};
  Film film{make_recording(options, kBoard), {}};
  film.observations = true_observations(film.recording, 4);
  Calibration truth = film.recording.truth;
  truth.reference_camera = "cam0";
  const Observations moved = in_step(film.observations, truth);
  const Observations exact = true_observations(truth, 4);
  double largest = 0, before = 0;
  for (const View& view : exact.views) {
    if (view.camera != 1) continue;
    const auto same = [&](const View& other) { return ViewRef(other) == ViewRef(view); };
    const auto at = std::find_if(moved.views.begin(), moved.views.end(), same);
    const auto filmed =
        std::find_if(film.observations.views.begin(), film.observations.views.end(), same);
    if (at == moved.views.end() || filmed == film.observations.views.end() ||
        at->corners.size() != view.corners.size())
      continue;
    largest = std::max(largest, std::abs(at->corners[0].x - view.corners[0].x));
    before = std::max(before, std::abs(filmed->corners[0].x - view.corners[0].x));
  }
  EXPECT_GT(before, 1);
  EXPECT_LT(largest, 0.02);
}

TEST(PossibleTimes, RefuseWhatCannotBeRightInOneLine) {
  Observations good;
  good.cameras = {{"cam0", {640, 480}}, {"cam1", {640, 480}}};
  for (const int camera : {0, 1})
    for (int frame = 0; frame < 8; ++frame)
      good.views.push_back({{camera, frame}, "", {}, frame / 30.0 + 0.01 * camera});
  EXPECT_NO_THROW(require_possible_times(good));
  const auto changed = [&](const auto& change) {
    Observations bad = good;
    for (View& view : bad.views)
      if (view.camera == 1) view.time_s = change(static_cast<double>(view.frame));
    return bad;
  };
  const auto refused = [&](const auto& change) {
    return error_text([&] { require_possible_times(changed(change)); });
  };
  // A picture without a partner may have got a number after all others.
  EXPECT_NO_THROW(require_possible_times(
      changed([](double frame) { return frame == 7 ? 0.05 : 0.1 * frame; })));
  EXPECT_THAT(refused([](double frame) { return 0.1 * (frame == 5 ? 4 : frame); }),
              HasSubstr("cam1: frames 4 and 5 have the same time, 0.4 s"));
  EXPECT_THAT(refused([](double frame) { return -0.1 * frame; }),
              HasSubstr("cam1: the times of its images run backwards"));
  EXPECT_THAT(refused([](double frame) { return 100 + 0.1 * frame; }),
              HasSubstr("cam0: its images were taken from 0.000 to 0.233 s, but those of the other "
                        "cameras from 100.000 to 100.700 s"));
}

TEST(FrameTimes, CountEvenlyBetweenTheFramesOfTheReferenceCamera) {
  Observations observations;
  observations.cameras = {{"cam0", {640, 480}}};
  for (const int frame : {0, 1, 2, 6, 7})
    observations.views.push_back({{0, frame}, "", {}, 0.1 * frame + 5});
  const FrameTimes times(observations, 0);
  EXPECT_NEAR(times.time_of(4), 5.4, 1e-12);
  EXPECT_NEAR(times.time_of(9), 5.9, 1e-12);
  EXPECT_EQ(times.frame_at(5.31), 3);
  EXPECT_EQ(times.frame_at(4.9), -1);
}

TEST(AssignFrames, KeepsTheNearestOfTwoViewsOfACameraInAFrame) {
  Observations observations;
  observations.cameras = {{"cam0", {640, 480}}, {"cam1", {640, 480}}};
  for (const int frame : {0, 1, 2}) observations.views.push_back({{0, frame}, "", {}, 1.0 * frame});
  for (const int frame : {0, 1, 2, 3})
    observations.views.push_back({{1, frame}, "", {}, 0.6 * frame});
  const auto kept = assign_frames({CameraTime{}, CameraTime{}}, 0, observations);
  EXPECT_EQ(kept.size(), observations.views.size());
  std::vector<std::int64_t> frames;
  for (const View& view : observations.views) {
    if (view.camera == 1) frames.push_back(view.frame);
  }
  EXPECT_THAT(frames, ::testing::ElementsAre(0, 1, 2));
}

TEST(BoardMotions, FollowAPolynomialAndSayNothingOfABoardAtRest) {
  std::vector<TimedPose> poses;
  for (int k = 0; k < 30; ++k) {
    const double t = k / 30.0;
    poses.push_back({t, {Eigen::Quaterniond::Identity(), {t * t, 0.2 * t, 1}}});
  }
  const auto motions = board_motions(poses, 1);
  ASSERT_TRUE(motions[10]);
  EXPECT_NEAR(moved(poses[10].T_rig_board, *motions[10], 0.01).translation.x(),
              std::pow(10 / 30.0 + 0.01, 2), 1e-9);
  EXPECT_FALSE(motions[0] && motions[0]->is_certain);
  for (TimedPose& pose : poses) pose.T_rig_board.translation = {0, 0, 1};
  for (std::size_t k = 0; k < poses.size(); ++k)
    poses[k].T_rig_board.translation.x() = 1e-4 * std::sin(77.0 * static_cast<double>(k * k));
  for (const auto& motion : board_motions(poses, 1)) EXPECT_FALSE(motion);
}

}  // namespace
}  // namespace calib::testing
