// Rigs with one defect: the metric for it detects the defect, and the others raise no alarm.

#include <gmock/gmock.h>

#include <Eigen/Dense>
#include <numbers>

#include "evaluate/gates.hpp"
#include "evaluate/verdict.hpp"
#include "scene/frame_number.hpp"
#include "support/synthetic_world.hpp"

namespace calib::testing {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::HasSubstr;

constexpr std::int64_t kUnknown = -99;

// Adds `by` to the frame numbers of one camera, as for a late stream.
Observations late(Observations observations, int camera, std::int64_t by) {
  for (View& view : observations.views) {
    if (view.camera == camera) view.frame += by;
  }
  return observations;
}

std::vector<std::int64_t> offsets(const Evaluation& evaluation) {
  std::vector<std::int64_t> result;
  for (const SyncOffset& stream : evaluation.streams)
    result.push_back(stream.offset_frames.value_or(kUnknown));
  return result;
}

std::vector<std::string> reasons(const World& world, const Observations& observations) {
  Calibration judged = world.truth;
  judge(observations, evaluate(observations, judged), judged);
  return verdict_reasons(judged.findings);
}

// A board that moves steadily from pose to pose of a synthetic rig, or stays `still` frames at each
// pose.
World steady_world(int cameras, int frames, int still) {
  World world{kBoard, make_synthetic_rig(small_rig(cameras, 12), kBoard), {}};
  const std::vector<Pose> stations = [&] {
    std::vector<Pose> poses;
    for (const auto& [frame, pose] : world.truth.frames) poses.push_back(pose);
    return poses;
  }();
  world.truth.frames.clear();
  for (int frame = 0; frame < frames; ++frame) {
    const double at = still > 1 ? frame / still : 11.0 * frame / frames;
    const std::size_t from = static_cast<std::size_t>(at) % 11;
    const double share = at - std::floor(at);
    const Pose &a = stations[from], &b = stations[from + 1];
    world.truth.frames[frame] = {a.rotation.slerp(share, b.rotation),
                                 (1 - share) * a.translation + share * b.translation};
  }
  world.observations = add_noise(true_observations(world.truth, 4), 0.1, 1);
  return world;
}

TEST(CleanWorld, RaisesNoAlarmWhateverTheSeed) {
  for (int seed = 1; seed <= 50; ++seed) {
    SynthOptions options = small_rig(seed % 3 + 2, 24);
    options.seed = seed;
    if (seed % 4 == 0) options.arrangement = RigShape::kRing;
    const World world = make_world(options, kBoard, 0.2);
    const Evaluation evaluation = evaluate(world.observations, world.truth);
    for (const CameraMotion& motion : evaluation.motions) {
      EXPECT_GT(motion.views, 0) << "seed " << seed;
      EXPECT_FALSE(motion.moved) << "seed " << seed << ": " << motion.name << " " << motion.shift_px
                                 << " px, " << motion.significance;
    }
    // In a ring a pair may share too few frames to tell.
    const std::int64_t or_else = options.arrangement == RigShape::kRing ? kUnknown : 0;
    EXPECT_THAT(offsets(evaluation), ::testing::Each(AnyOf(0, or_else))) << "seed " << seed;
    for (const CameraRegions& camera : evaluation.regions) {
      // By chance alone, the ratio over 48 cells is well below 2.
      EXPECT_LT(camera.ratio_to_chance, 1.6) << "seed " << seed;
      EXPECT_LT(camera.systematic_px, 0.1) << "seed " << seed;
    }
    for (const PairLengths& pair : evaluation.lengths.pairs) {
      // The mean of few frames exceeds this by chance once in a thousand pairs.
      if (pair.errors.frames < 8) continue;
      EXPECT_LT(std::abs(pair.errors.scale_percent), 5 * pair.errors.scale_std_percent.value())
          << "seed " << seed;
    }
  }
}

TEST(LateStreams, AreCountedInFrames) {
  const World world = make_world(small_rig(4, 30), kBoard, 0.2);
  for (const std::int64_t by : {1, 3, -2}) {
    const Observations observations = late(world.observations, 2, by);
    const Evaluation evaluation = evaluate(observations, world.truth);
    EXPECT_THAT(offsets(evaluation), ::testing::ElementsAre(0, 0, by, 0));
    EXPECT_GT(evaluation.streams[2].error_at_zero_px, 10);
    EXPECT_LT(evaluation.streams[2].error_at_offset_px, 2);
    EXPECT_GT(evaluation.streams[2].sureness, 5);
    EXPECT_LT(evaluation.streams[0].error_at_zero_px, 2);
  }
}

TEST(LateStreams, AreFoundOfTwoCamerasInAStreamOfEveryFifthFrame) {
  World world = make_world(small_rig(2, 30), kBoard, 0.2);
  Observations observations = late(world.observations, 1, 2);
  for (View& view : observations.views) view.frame = 1000 + 5 * view.frame;
  EXPECT_THAT(offsets(evaluate(observations, world.truth)), ::testing::ElementsAre(0, 10));
}

TEST(LateStreams, AreFoundThoughAllTheirViewsWereRejectedAndTheirPoseIsWrong) {
  World world = make_world(small_rig(3, 30), kBoard, 0.2);
  const Observations observations = late(world.observations, 1, 3);
  for (const View& view : observations.views) {
    if (view.camera == 1)
      world.truth.rejected.push_back({"cam1", view.frame, std::nullopt, "does not fit"});
  }
  world.truth.cameras[1].T_cam_rig->translation += Eigen::Vector3d(0.3, -0.1, 0.2);
  EXPECT_THAT(offsets(evaluate(observations, world.truth)), ::testing::ElementsAre(0, 3, 0));
}

TEST(LateStreams, AreFoundWhereTheBoardMovesSlowly) {
  const World world = steady_world(3, 120, 1);
  EXPECT_THAT(offsets(evaluate(world.observations, world.truth)), ::testing::Each(0));
  EXPECT_THAT(offsets(evaluate(late(world.observations, 1, 2), world.truth)),
              ::testing::ElementsAre(0, 2, 0));
}

// With 64 cameras only every other frame is evaluated. One camera has only every other image.
TEST(LateStreams, AreFoundInARigOfManyCameras) {
  const World world = make_world(small_rig(64, 100), kBoard, 0.2);
  Observations observations = late(world.observations, 63, 3);
  std::erase_if(observations.views,
                [](const View& view) { return view.camera == 62 && view.frame % 2 == 0; });
  const Rays rays = observed_rays(observations, world.truth, 1);
  for (const SyncOffset& stream :
       sync_offsets(observations, rays, view_poses(rays, 0), "cam0", 0)) {
    EXPECT_EQ(stream.offset_frames, stream.name == "cam63" ? 3 : 0) << stream.name;
  }
}

TEST(LateStreams, AreLookedForWhateverTheFrameNumbers) {
  World world = make_world(small_rig(2, 2), kBoard, 0.2);
  for (View& view : world.observations.views)
    view.frame = view.frame == 0 ? -kMostFrame : kMostFrame;
  const Rays rays = observed_rays(world.observations, world.truth, 1);
  const ViewPoses poses = view_poses(rays, 1);
  EXPECT_EQ(sync_offsets(world.observations, rays, poses, "cam0", 1)[1].offset_frames,
            std::nullopt);
}

TEST(LateStreams, CannotBeToldOfABoardHeldStill) {
  const World world = steady_world(2, 120, 30);
  for (const SyncOffset& stream : evaluate(world.observations, world.truth).streams) {
    EXPECT_FALSE(stream.offset_frames.has_value());
    EXPECT_THAT(stream.why_not, HasSubstr("hardly moved"));
  }
}

// Before the rig is solved, since a solve with a late stream fails or distorts the lenses.
TEST(LateStreams, AreFoundFromTheLensesAlone) {
  World world = make_world(small_rig(3, 20), kBoard, 0.1);
  for (Camera& camera : world.truth.cameras) camera.T_cam_rig.reset();
  world.truth.frames.clear();
  const Observations observations = late(world.observations, 2, -1);
  EXPECT_THAT(offsets(evaluate(observations, world.truth)), ::testing::ElementsAre(0, 0, -1));
  EXPECT_THAT(reasons(world, observations), ::testing::Not(Contains(HasSubstr("its stream"))));
}

TEST(LateStreams, MakeTheVerdictPoor) {
  const World world = make_world(small_rig(3, 20), kBoard, 0.1);
  EXPECT_THAT(reasons(world, late(world.observations, 2, 3)),
              Contains(AllOf(HasSubstr("cam2: its frame numbers differ from those of cam"),
                             HasSubstr("is frame F+3 of cam2"),
                             HasSubstr("renumber the frames of cam2 by -3"))));
}

// The observations if a camera rotates by `angle_deg` about `axis` before `frame`.
Observations turned_from(const World& world, int camera, std::int64_t frame, double angle_deg,
                         const Eigen::Vector3d& axis) {
  Calibration turned = world.truth;
  Pose& T_cam_rig = *turned.cameras[static_cast<std::size_t>(camera)].T_cam_rig;
  T_cam_rig = Pose{exp_so3(angle_deg / 180 * std::numbers::pi * axis), {0, 0, 0}} * T_cam_rig;
  const Observations other = add_noise(true_observations(turned, 4), 0.2, 7);
  Observations observations = world.observations;
  std::erase_if(observations.views,
                [&](const View& view) { return view.camera == camera && view.frame >= frame; });
  for (const View& view : other.views) {
    if (view.camera == camera && view.frame >= frame) observations.views.push_back(view);
  }
  std::sort(observations.views.begin(), observations.views.end(), [](auto& a, auto& b) {
    return std::pair(a.camera, a.frame) < std::pair(b.camera, b.frame);
  });
  return observations;
}

TEST(MovedCameras, AreFoundWithAngleAndFrame) {
  for (const int cameras : {2, 3, 4}) {
    const World world = make_world(small_rig(cameras, 40), kBoard, 0.2);
    const Observations observations = turned_from(world, 1, 20, 0.2, Eigen::Vector3d(0.6, 0.8, 0));
    const std::vector<CameraMotion> motions = evaluate(observations, world.truth).motions;
    for (const CameraMotion& motion : motions) {
      EXPECT_EQ(motion.moved, motion.name == "cam1") << cameras << " cameras: " << motion.name;
    }
    // Two frames: the uncertainty of the split from the noise of the board poses.
    EXPECT_NEAR(static_cast<double>(motions[1].frame), 20, 2) << cameras;
    // A tenth: the uncertainty of the board pose from a single other camera.
    EXPECT_NEAR(kMillidegrees * motions[1].angle_rad, 200, 20) << cameras;
    EXPECT_EQ(motions[1].or_camera, cameras == 2 ? "cam0" : "");
  }
}

// The board pose is then computed from some of the other cameras.
TEST(MovedCameras, AreFoundInARigOfManyCameras) {
  const World world = make_world(small_rig(40, 30), kBoard, 0.2);
  const Observations observations = turned_from(world, 21, 15, 0.2, Eigen::Vector3d(0.6, 0.8, 0));
  for (const CameraMotion& motion : evaluate(observations, world.truth).motions) {
    EXPECT_EQ(motion.moved, motion.name == "cam21") << motion.name;
    if (motion.moved) {
      EXPECT_NEAR(kMillidegrees * motion.angle_rad, 200, 20);
    }
  }
}

TEST(MovedCameras, AreFoundThoughTheirLaterViewsWereRejected) {
  World world = make_world(small_rig(3, 40), kBoard, 0.2);
  const Observations observations = turned_from(world, 2, 30, -0.3, Eigen::Vector3d::UnitY());
  for (std::int64_t frame = 30; frame < 40; ++frame)
    world.truth.rejected.push_back({"cam2", frame, std::nullopt, "does not fit"});
  const CameraMotion motion = evaluate(observations, world.truth).motions[2];
  EXPECT_TRUE(motion.moved);
  EXPECT_EQ(motion.frame, 30);
  EXPECT_NEAR(kMillidegrees * motion.angle_rad, 300, 30);
  EXPECT_THAT(reasons(world, observations), Contains(HasSubstr("cam2: moved at about frame 30")));
}

// The board is carried slowly through the image of a lens with errors of a pixel or two: the errors
// change with time, but no camera moved.
TEST(MovedCameras, AreNotTakenForALensThatFitsBadly) {
  for (const int cameras : {2, 3, 4}) {
    World world = steady_world(cameras, 120, 1);
    for (Camera& camera : world.truth.cameras) {
      camera.intrinsics->parameters[2] += 10;
      camera.intrinsics->parameters[4] += 0.03;
    }
    for (const CameraMotion& motion : evaluate(world.observations, world.truth).motions)
      EXPECT_FALSE(motion.moved) << cameras << " cameras: " << motion.name << " "
                                 << motion.shift_px;
  }
}

TEST(MovedCameras, CannotBeToldOfOneCamera) {
  const World world = make_world(small_rig(1, 20), kBoard, 0.2);
  EXPECT_TRUE(evaluate(world.observations, world.truth).motions.empty());
}

TEST(Metric, IsExactWithoutNoiseAndGrowsWithIt) {
  const World exact = make_world(small_rig(3, 10), kBoard, 0);
  const RigLengthErrors none = evaluate(exact.observations, exact.truth).lengths;
  EXPECT_LT(none.rig.rms_mm, 1e-6);
  EXPECT_LT(std::abs(none.rig.scale_percent), 1e-6);
  EXPECT_EQ(none.pairs.size(), 3u);
  EXPECT_EQ(none.rig.points, 400u);
  EXPECT_EQ(none.rig.lengths, 10u * (5 * 7 + 4 * 8));

  const World noisy = make_world(small_rig(3, 10), kBoard, 0.2);
  const RigLengthErrors some = evaluate(noisy.observations, noisy.truth).lengths;
  const World noisier = make_world(small_rig(3, 10), kBoard, 0.4);
  const RigLengthErrors more = evaluate(noisier.observations, noisier.truth).lengths;
  // The same random numbers, twice as large: to first order the errors are proportional to the
  // noise.
  EXPECT_NEAR(more.rig.rms_mm / some.rig.rms_mm, 2, 0.05);
  for (const PairLengths& pair : some.pairs) EXPECT_GT(pair.errors.rms_mm, some.rig.rms_mm);
}

TEST(Metric, TriangulatesAPointAndRefusesParallelRays) {
  const Eigen::Vector3d point(0.1, -0.2, 0.9);
  const auto ray_from = [&](const Eigen::Vector3d& center) {
    return PlacedRay{center, (point - center).normalized(), 800};
  };
  const auto found =
      triangulate({ray_from({0, 0, 0}), ray_from({0.2, 0, 0}), ray_from({0, 0.3, 0})});
  ASSERT_TRUE(found);
  EXPECT_LT((*found - point).norm(), 1e-9);
  EXPECT_FALSE(triangulate({ray_from({0, 0, 0})}));
  EXPECT_FALSE(triangulate({ray_from({0, 0, 0}), ray_from({0.001, 0, 0})}));
  PlacedRay backwards = ray_from({0.2, 0, 0});
  backwards.direction *= -1;
  EXPECT_FALSE(triangulate({ray_from({0, 0, 0}), backwards}));
}

// The covariance of a triangulated point. Each camera has a standard deviation of sigma / focal
// length times the distance across its ray.
Eigen::Matrix3d point_covariance(const Calibration& truth, const Eigen::Vector3d& p_rig,
                                 double sigma_px) {
  Eigen::Matrix3d information = Eigen::Matrix3d::Zero();
  for (const Camera& camera : truth.cameras) {
    const Eigen::Vector3d sight = p_rig - camera.T_cam_rig->inverse().translation;
    const Eigen::Vector3d ray = sight.normalized();
    const double sigma = sigma_px / camera.intrinsics->parameters[0] * sight.norm();
    information += (Eigen::Matrix3d::Identity() - ray * ray.transpose()) / (sigma * sigma);
  }
  return information.inverse();
}

TEST(Metric, OfTwoCamerasIsWhatTheNoisePredicts) {
  const double sigma_px = 0.2;
  const World world = make_world(small_rig(2, 30), kBoard, sigma_px);
  double squares_mm2 = 0;
  int count = 0;
  const auto add = [&](const Pose& T_rig_board, int a, int b) {
    const Eigen::Vector3d p_a = T_rig_board * corner_position(kBoard, a);
    const Eigen::Vector3d p_b = T_rig_board * corner_position(kBoard, b);
    const Eigen::Vector3d along = (p_a - p_b).normalized();
    squares_mm2 += 1e6 * along.dot((point_covariance(world.truth, p_a, sigma_px) +
                                    point_covariance(world.truth, p_b, sigma_px)) *
                                   along);
    ++count;
  };
  for (const auto& [frame, T_rig_board] : world.truth.frames) {
    for (int id = 0; id < corner_count(kBoard); ++id) {
      if ((id + 1) % kBoard.corners_x != 0) add(T_rig_board, id, id + 1);
      if (id + kBoard.corners_x < corner_count(kBoard)) add(T_rig_board, id, id + kBoard.corners_x);
    }
  }
  const LengthErrors errors = evaluate(world.observations, world.truth).lengths.rig;
  EXPECT_EQ(errors.lengths, static_cast<std::size_t>(count));
  // The prediction uses one focal length for the whole image; distortion changes it by about 10 %.
  const double predicted_mm = std::sqrt(squares_mm2 / count);
  EXPECT_NEAR(errors.rms_mm, predicted_mm, 0.15 * predicted_mm);
}

TEST(Metric, TellsAWrongBaseline) {
  World world = make_world(small_rig(2, 20), kBoard, 0.1);
  Pose T_rig_cam = world.truth.cameras[1].T_cam_rig->inverse();
  T_rig_cam.translation *= 1.02;
  world.truth.cameras[1].T_cam_rig = T_rig_cam.inverse();
  const Evaluation evaluation = evaluate(world.observations, world.truth);
  // All lengths are proportional to the baseline; the scatter is far below a tenth of the 2 %.
  EXPECT_NEAR(evaluation.lengths.pairs.at(0).errors.scale_percent, 2, 0.2);
  EXPECT_THAT(reasons(world, world.observations),
              Contains(AllOf(HasSubstr("cam0 and cam1: lengths"), HasSubstr("wrong by +"))));
}

// Two frames that happen to agree have next to no scatter, and prove nothing.
TEST(Metric, TakesNoStandardDeviationOfTheScaleFromFewFrames) {
  for (const int frames : {2, kLeastScaleFrames - 1, kLeastScaleFrames}) {
    World world = make_world(small_rig(2, frames), kBoard, 0.1);
    Pose T_rig_cam = world.truth.cameras[1].T_cam_rig->inverse();
    T_rig_cam.translation *= 1.03;
    world.truth.cameras[1].T_cam_rig = T_rig_cam.inverse();
    const bool known = frames >= kLeastScaleFrames;
    const LengthErrors errors = evaluate(world.observations, world.truth).lengths.rig;
    EXPECT_EQ(errors.frames, frames);
    EXPECT_EQ(errors.scale_std_percent.has_value(), known);
    const auto is_of_scale = HasSubstr("cam0 and cam1: lengths");
    EXPECT_EQ(::testing::Value(reasons(world, world.observations), Contains(is_of_scale)), known);
  }
}

TEST(Metric, LeavesOutWhatWasRejected) {
  World world = make_world(small_rig(2, 10), kBoard, 0);
  world.observations.views[0].corners[3].x += 5;
  EXPECT_GT(evaluate(world.observations, world.truth).lengths.rig.rms_mm, 0.01);
  world.truth.rejected = {{"cam0", 0, world.observations.views[0].corners[3].id, "outlier"}};
  EXPECT_LT(evaluate(world.observations, world.truth).lengths.rig.rms_mm, 1e-6);
}

TEST(Regions, ShowAMisfitOfTheLensThatTheRmsHides) {
  World world = make_world(small_rig(2, 40), kBoard, 0.2);
  const CameraRegions clean = evaluate(world.observations, world.truth).regions[0];
  EXPECT_LT(clean.systematic_px, 0.03);
  std::vector<double>& parameters = world.truth.cameras[0].intrinsics->parameters;
  parameters[4] += 0.02;  // k1
  const CameraRegions bent = evaluate(world.observations, world.truth).regions[0];
  EXPECT_GT(bent.systematic_px, 0.3);
  EXPECT_GT(bent.ratio_to_chance, 4);
  EXPECT_THAT(bent.worst, AnyOf(HasSubstr("left"), HasSubstr("right")));
}

TEST(Views, AreSortedWithTheWorstFirst) {
  World world = make_world(small_rig(2, 10), kBoard, 0.1);
  View& blurred = world.observations.views[13];
  for (Corner& corner : blurred.corners) corner.x += 4;
  const std::vector<ViewError> views = evaluate(world.observations, world.truth).views;
  ASSERT_EQ(views.size(), world.observations.views.size());
  const ViewError& worst = views[worst_first(views)[0]];
  EXPECT_EQ(worst.frame, blurred.frame);
  EXPECT_EQ(worst.camera, blurred.camera);
  EXPECT_EQ(worst.corners, blurred.corners.size());
  // Predicted minus observed; the mean of 40 corners has 0.1 / sqrt(40) of noise.
  EXPECT_NEAR(worst.mean_px.x(), -4, 0.1);
  EXPECT_NEAR(worst.rms_px, 4, 0.1);
}

TEST(PoseDiversity, IsThatOfTheTruth) {
  const World world = make_world(small_rig(2, 20), kBoard, 0.1);
  const Pose& T_cam_rig = *world.truth.cameras[1].T_cam_rig;
  const Eigen::Vector3d middle(3.5 * 0.04, 2 * 0.04, 0);
  double near_m = 1e9, far_m = 0;
  int tilted = 0;
  for (const auto& [frame, T_rig_board] : world.truth.frames) {
    const Pose T_cam_board = T_cam_rig * T_rig_board;
    const Eigen::Vector3d at = T_cam_board * middle;
    near_m = std::min(near_m, at.norm());
    far_m = std::max(far_m, at.norm());
    const Eigen::Vector3d normal = T_cam_board.rotation * Eigen::Vector3d::UnitZ();
    if (normal.dot(at.normalized()) < std::cos(15 / 180.0 * std::numbers::pi)) ++tilted;
  }
  const PoseDiversity found = evaluate(world.observations, world.truth).pose_diversity[1];
  EXPECT_EQ(found.views, 20);
  // A noise of 0.1 px on a board of about 300 px changes its distance by less than 1 %.
  EXPECT_NEAR(found.near_m, near_m, 0.01 * near_m);
  EXPECT_NEAR(found.far_m, far_m, 0.01 * far_m);
  // One view close to 15 degrees may be counted on either side.
  EXPECT_NEAR(found.tilts[1] + found.tilts[2] + found.tilts[3], tilted, 1);
  EXPECT_EQ(found.leans[0] + found.leans[1] + found.leans[2] + found.leans[3],
            found.tilts[1] + found.tilts[2] + found.tilts[3]);
}

// A board that is always held at the same pose.
TEST(NextShots, NameWhatIsMissing) {
  World world = make_world(small_rig(2, 20), kBoard, 0);
  for (auto& [frame, pose] : world.truth.frames)
    pose = {Eigen::Quaterniond::Identity(), {-0.15, -0.2, 0.6}};
  world.observations = true_observations(world.truth, 4);
  const std::vector<std::string> advice = evaluate(world.observations, world.truth).next_shots;
  ASSERT_EQ(advice.size(), 2u);
  EXPECT_THAT(advice[0],
              AllOf(HasSubstr("cam0: film the board at the "),
                    HasSubstr("tilted by 30-45 degrees left-right and up-down"), HasSubstr(" m")));
}

TEST(NextShots, NameThePairThatSharesFewFrames) {
  World world = make_world(small_rig(2, 20), kBoard, 0);
  std::erase_if(world.observations.views, [](const View& view) {
    return (view.camera == 0) != (view.frame < 10) && view.frame != 3;
  });
  EXPECT_THAT(evaluate(world.observations, world.truth).next_shots,
              Contains("cam0 and cam1 share only 1 frame: film the board where both see it"));
}

TEST(Quality, HasAFixedOrder) {
  World world = make_world(small_rig(2, 20), kBoard, 0.1);
  judge(world.observations, evaluate(world.observations, world.truth), world.truth);
  std::vector<std::string> names;
  for (const Metric& metric : world.truth.quality) names.push_back(metric.name);
  EXPECT_THAT(names,
              ::testing::ElementsAre("reprojection_rms_px", "reprojection_max_px", "corners_used",
                                     "row_error_worst_pair_mean_px", "worst_view_rms_px",
                                     "region_systematic_px", "metric_rms_mm",
                                     "metric_scale_worst_percent", "late_frames", "moved_mdeg"));
}

TEST(Gates, HaveTheNewMetrics) {
  const World world = make_world(small_rig(2, 20), kBoard, 0.1);
  const auto values = gate_values(world.truth, evaluate(world.observations, world.truth), {});
  const auto results =
      check_gates(parse_gates({"metric_mm<1", "metric_percent<0.5", "region_px<0.1",
                               "late_frames<1", "moved_mdeg<1", "worst_view_px<0.3"}),
                  values);
  EXPECT_NO_THROW(require_gates(results));
  for (const char* name : {"metric_mm", "region_px", "late_frames", "moved_mdeg", "worst_view_px"})
    EXPECT_THAT(gate_help(), HasSubstr(name));
}

}  // namespace
}  // namespace calib::testing
