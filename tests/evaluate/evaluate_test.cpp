// Metrics of rigs whose truth is known.

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <utility>

#include "base/errors.hpp"
#include "evaluate/compare.hpp"
#include "evaluate/gates.hpp"
#include "evaluate/verdict.hpp"
#include "support/error_text.hpp"
#include "support/synthetic_world.hpp"

namespace calib::testing {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::Not;

TEST(Statistics, AreOfTheMagnitudes) {
  const ErrorStatistics s = statistics({3, 1, 2, 4, 10});
  EXPECT_EQ(s.count, 5u);
  EXPECT_DOUBLE_EQ(s.mean, 4);
  EXPECT_DOUBLE_EQ(s.rms, std::sqrt(26.0));
  EXPECT_DOUBLE_EQ(s.median, 3);
  EXPECT_DOUBLE_EQ(s.max, 10);
  EXPECT_EQ(statistics({}).count, 0u);
}

TEST(Residuals, OfTheTruthAreTheNoise) {
  const double sigma_px = 0.2;
  const World world = make_world(small_rig(), kBoard, sigma_px);
  const std::vector<Residual> residuals = rig_residuals(world.observations, world.truth);
  double sum = 0;
  for (const Residual& residual : residuals) sum += residual.error.squaredNorm();
  const auto count = 2.0 * static_cast<double>(residuals.size());
  // The relative standard deviation of a mean of n squares is sqrt(2/n).
  EXPECT_NEAR(sum / count, sigma_px * sigma_px, 5 * sigma_px * sigma_px * std::sqrt(2 / count));
}

TEST(Residuals, LeaveOutWhatWasRejected) {
  World world = make_world(small_rig(), kBoard, 0);
  const std::size_t all = rig_residuals(world.observations, world.truth).size();
  const View& view = world.observations.views[0];
  const std::string camera = world.observations.cameras[view.camera].name;
  world.truth.rejected = {{camera, view.frame, view.corners[3].id, "outlier"}};
  EXPECT_EQ(rig_residuals(world.observations, world.truth).size(), all - 1);
  world.truth.rejected = {{camera, view.frame, std::nullopt, "does not fit"}};
  EXPECT_EQ(rig_residuals(world.observations, world.truth).size(), all - view.corners.size());
}

TEST(Residuals, NameTheCameraThatTheCalibrationLacks) {
  World world = make_world(small_rig(), kBoard, 0);
  world.truth.cameras.pop_back();
  EXPECT_THAT(error_text([&] { rig_residuals(world.observations, world.truth); }),
              HasSubstr("no camera 'cam1'"));
}

TEST(Epipolar, TruthHasNoRowErrorAndATurnHasItsOwn) {
  World world = make_world(small_rig(), kBoard, 0);
  const std::vector<PairRowErrors> exact =
      row_errors(observed_rays(world.observations, world.truth, 1), 1);
  ASSERT_EQ(exact.size(), 1u);
  EXPECT_LT(exact[0].row_px.max, 1e-6);
  EXPECT_EQ(exact[0].frames, 15);
  EXPECT_NEAR(exact[0].baseline_m, 0.1, 0.02);

  // A rotation of the camera by a milliradian about its x axis moves its rows by about fx / 1000.
  Camera& second = world.truth.cameras[1];
  const Eigen::Quaterniond turn(Eigen::AngleAxisd(1e-3, Eigen::Vector3d::UnitX()));
  second.T_cam_rig = Pose{turn, Eigen::Vector3d::Zero()} * *second.T_cam_rig;
  const double expected = 1e-3 * second.intrinsics->parameters[0];
  EXPECT_NEAR(row_errors(observed_rays(world.observations, world.truth, 1), 1)[0].row_px.median,
              expected, 0.3 * expected);
}

TEST(Compare, MeasuresEachDifferenceInItsUnit) {
  const World world = make_world(small_rig(), kBoard, 0);
  Calibration moved = world.truth;
  Camera& second = moved.cameras[1];
  const Pose shift{Eigen::Quaterniond(Eigen::AngleAxisd(2e-3, Eigen::Vector3d::UnitZ())),
                   Eigen::Vector3d::Zero()};
  second.T_cam_rig = shift * *second.T_cam_rig;  // rotates about its own center
  moved.cameras[0].intrinsics->parameters[0] *= 1.001;

  const std::vector<CameraDifference> differences = compare(moved, world.truth);
  ASSERT_EQ(differences.size(), 2u);
  EXPECT_NEAR(differences[1].rotation_rad, 2e-3, 1e-9);
  EXPECT_NEAR(differences[1].center_m, 0, 1e-12);
  EXPECT_LT(differences[1].projection_px.max, 1e-4);
  // One per mille of fx: up to 0.64 px at the border of an image 1280 pixels wide.
  EXPECT_NEAR(differences[0].projection_px.max, 0.64, 0.25);
  EXPECT_FALSE(differences[0].worst_sigmas.has_value());
}

TEST(Compare, NamesTheCamerasOfBothWhenNoneIsCommon) {
  const World world = make_world(small_rig(), kBoard, 0);
  Calibration other = world.truth;
  for (Camera& camera : other.cameras) camera.name = "other_" + camera.name;
  EXPECT_THAT(error_text([&] { compare(other, world.truth); }), HasSubstr(other.cameras[0].name));
}

TEST(Compare, IsInSigmasWhereTheyAreKnown) {
  const World world = make_world(small_rig(), kBoard, 0);
  Calibration estimate = world.truth;
  std::vector<double>& parameters = estimate.cameras[0].intrinsics->parameters;
  estimate.cameras[0].std.parameters.assign(parameters.size(), 0.5);
  parameters[2] += 1.5;
  EXPECT_NEAR(compare(estimate, world.truth)[0].worst_sigmas.value(), 3, 1e-9);
}

TEST(Coverage, CountsCellsAndNamesTheWeakestRegion) {
  Observations observations;
  observations.board = kBoard;
  observations.cameras = {{"cam0", {800, 600}}};
  View view{0, 1, "cam0/1.png", {}};
  for (int x = 0; x < 8; ++x) {
    for (int y = 0; y < 6; ++y) {
      if (x < 6 || y < 4) view.corners.push_back({0, 100.0 * x + 50, 100.0 * y + 50, 0});
    }
  }
  observations.views = {view};
  const CameraCoverage result = coverage(observations).at(0);
  EXPECT_EQ(result.views, 1);
  EXPECT_DOUBLE_EQ(result.share, 44.0 / 48);
  EXPECT_EQ(result.weakest, "bottom right");
}

// A well-solved rig, of which each test makes one metric worse.
struct Judged {
  World world = make_world(small_rig(2, 20), kBoard, 0.05);
  Judged() {
    for (Camera& camera : world.truth.cameras) {
      camera.views = 20;
      camera.std.parameters = {0.1, 0.1, 0.1, 0.1};
      camera.std.center_m = Eigen::Vector3d::Constant(1e-5);
    }
  }
  std::string verdict() {
    judge(world.observations, evaluate(world.observations, world.truth), world.truth);
    return to_text(world.truth.verdict);
  }
  std::vector<std::string> reasons() const { return verdict_reasons(world.truth.findings); }
};

TEST(Verdict, IsGoodWhenEverythingIsWithinBounds) {
  Judged judged;
  EXPECT_EQ(judged.verdict(), "good");
  EXPECT_THAT(judged.reasons(), ElementsAre(HasSubstr("within bounds")));
}

TEST(Verdict, NamesTheCameraWithFewViews) {
  Judged judged;
  judged.world.truth.cameras[1].views = 5;
  EXPECT_EQ(judged.verdict(), "usable");
  EXPECT_THAT(judged.reasons(), ElementsAre(AllOf(HasSubstr("cam1"), HasSubstr("only 5 views"))));
}

TEST(Verdict, FallsWithTheUncertaintyOfTheFocalLength) {
  Judged judged;
  Camera& camera = judged.world.truth.cameras[0];
  camera.std.parameters[0] = 0.005 * camera.intrinsics->parameters[0];
  EXPECT_EQ(judged.verdict(), "usable");
  EXPECT_THAT(judged.reasons(), ElementsAre(HasSubstr("focal length")));
}

TEST(Verdict, FallsWhereTheLensDoesNotFitItsCorners) {
  const std::pair<double, const char*> grades[] = {{0.5, "good"}, {1, "usable"}, {2, "poor"}};
  for (const auto& [noise_px, grade] : grades) {
    Judged judged;
    judged.world.observations = make_world(small_rig(2, 20), kBoard, noise_px).observations;
    judged.world.truth.cameras.pop_back();
    judged.world.observations.cameras.pop_back();
    const auto is_of_second = [](const ViewRef& view) { return view.camera == 1; };
    std::erase_if(judged.world.observations.views, is_of_second);
    std::erase_if(judged.world.observations.missing, is_of_second);
    EXPECT_EQ(judged.verdict(), grade) << noise_px;
    EXPECT_THAT(judged.reasons()[0], HasSubstr(noise_px < 1 ? "within bounds" : "--layout"));
  }
}

TEST(Verdict, TellsBrokenPicturesAndFallsWhereTheyAreMany) {
  Judged judged;
  std::vector<MissingView>& missing = judged.world.observations.missing;
  missing.push_back({{1, 900}, "cam1/0900.png", "it is truncated", true});
  EXPECT_EQ(judged.verdict(), "good");
  EXPECT_THAT(note_texts(judged.world.truth.findings),
              ElementsAre(AllOf(HasSubstr("cam1: 1 of "), HasSubstr("cam1/0900.png (it is"))));
  for (std::int64_t frame = 901; frame < 930; ++frame)
    missing.push_back({{1, frame}, "cam1/x.png", "it is truncated", true});
  EXPECT_EQ(judged.verdict(), "usable");
  EXPECT_THAT(judged.reasons(), ElementsAre(HasSubstr("27 more")));
}

TEST(Verdict, SaysWhichPicturesHaveAnotherSize) {
  const auto told = [](const std::vector<std::int64_t>& frames, ImageSize other) {
    Judged judged;
    const ImageSize usual = judged.world.observations.cameras[1].image_size;
    if (other == ImageSize{}) other = {usual.height, usual.width};
    for (const std::int64_t frame : frames) {
      judged.world.observations.missing.push_back(
          {{1, frame}, "cam1/" + std::to_string(frame) + ".png", "size", true, other});
    }
    EXPECT_EQ(judged.verdict(), "usable");
    return judged.reasons().at(0);
  };
  std::vector<std::int64_t> later, earlier, between;
  for (std::int64_t k = 0; k < 10; ++k) {
    later.push_back(900 + k);
    earlier.push_back(-10 + k);
    between.push_back(k % 2 == 0 ? 900 + k : -10 + k);
  }
  std::sort(between.begin(), between.end());
  EXPECT_THAT(told(later, {}),
              AllOf(HasSubstr("from cam1/900.png on they are "), HasSubstr("the camera was turned"),
                    HasSubstr("a folder of their own"), Not(HasSubstr("copy"))));
  EXPECT_THAT(told(earlier, {320, 200}), AllOf(HasSubstr("up to cam1/-1.png they are 320x200"),
                                               HasSubstr("was set to another size")));
  EXPECT_THAT(told(between, {320, 200}), HasSubstr("10 of them are 320x200, the first is cam1/-9"));
}

// The rig with a third camera that has the pictures of the second one, coded again.
Judged recorded_twice(std::int64_t offset, double scale, double noise_px) {
  Judged judged;
  World& world = judged.world;
  world.truth.cameras.push_back(world.truth.cameras[1]);
  Camera& copy = world.truth.cameras.back();
  copy.name = "cam2";
  copy.std.center_m = Eigen::Vector3d::Constant(1e-3);
  std::vector<double>& lens = copy.intrinsics->parameters;
  for (std::size_t k = 0; k < 4; ++k)
    lens[k] = k < 2 ? scale * lens[k] : scale * (lens[k] + 0.5) - 0.5;
  ObservedCamera camera = world.observations.cameras[1];
  camera.name = "cam2";
  camera.image_size.width = static_cast<int>(std::lround(scale * camera.image_size.width));
  camera.image_size.height = static_cast<int>(std::lround(scale * camera.image_size.height));
  copy.image_size = copy.intrinsics->image_size = camera.image_size;
  world.observations.cameras.push_back(camera);
  std::mt19937 random(1);
  std::normal_distribution<double> noise(0, noise_px);
  std::vector<View> copies;
  for (View view : world.observations.views) {
    if (view.camera != 1) continue;
    view.camera = 2;
    view.frame += offset;
    for (Corner& corner : view.corners) {
      corner.x = scale * (corner.x + 0.5) - 0.5 + noise(random);
      corner.y = scale * (corner.y + 0.5) - 0.5 + noise(random);
    }
    copies.push_back(std::move(view));
  }
  for (View& view : copies) world.observations.views.push_back(std::move(view));
  return judged;
}

TEST(Verdict, TellsOneCameraThatWasRecordedTwice) {
  for (const auto& [offset, scale] : {std::pair(0, 1.0), std::pair(0, 0.75), std::pair(3, 1.0)}) {
    Judged judged = recorded_twice(offset, scale, 0.05);
    EXPECT_EQ(judged.verdict(), "poor");
    EXPECT_THAT(judged.reasons().at(0), AllOf(HasSubstr("cam1 and cam2 show the same pictures"),
                                              HasSubstr("in two folders")));
    for (const Finding& finding : judged.world.truth.findings)
      EXPECT_NE(to_text(finding.code), "position_uncertain");
    EXPECT_EQ(judged.reasons().at(0).find("frame F+3 of cam2") != std::string::npos, offset == 3);
  }
}

TEST(Verdict, DoesNotTakeTwoCamerasAtOnePlaceForOne) {
  const auto codes = [](Judged& judged) {
    judged.verdict();
    std::vector<std::string> result;
    for (const Finding& finding : judged.world.truth.findings)
      result.push_back(to_text(finding.code));
    return result;
  };
  // Another lens, as behind a beam splitter: its pictures are 1 % larger, but not its sensor.
  Judged lens = recorded_twice(0, 1.01, 0.05);
  lens.world.observations.cameras[2].image_size = lens.world.observations.cameras[1].image_size;
  lens.world.truth.cameras[2].image_size = lens.world.observations.cameras[1].image_size;
  EXPECT_THAT(codes(lens), Not(Contains("same_pictures")));
  // Of so similar lenses that the corners are not far apart, but significantly different.
  Judged similar = recorded_twice(0, 1, 0.05);
  similar.world.truth.cameras[2].intrinsics->parameters[0] *= 1.002;
  EXPECT_THAT(codes(similar), Not(Contains("same_pictures")));
}

TEST(Verdict, FallsWithTheRowError) {
  Judged judged;
  Camera& second = judged.world.truth.cameras[1];
  second.T_cam_rig =
      Pose{Eigen::Quaterniond(Eigen::AngleAxisd(4e-3, Eigen::Vector3d::UnitX())), {0, 0, 0}} *
      *second.T_cam_rig;
  EXPECT_EQ(judged.verdict(), "poor");
  EXPECT_THAT(judged.reasons(), IsSupersetOf({HasSubstr("rows differ by"),
                                              HasSubstr("cam0: it sees the board elsewhere"),
                                              HasSubstr("cam1: it sees the board elsewhere")}));
}

// Whatever else is at fault, each value that has limits is compared with them.
TEST(Verdict, ListsTheErrorsOfALensThoughPosesAreWrong) {
  Judged judged;
  judged.world.truth.cameras[1].T_cam_rig->translation.y() += 0.01;
  const World& world = judged.world;
  Calibration calibration = world.truth;
  const std::vector<Check> checks =
      judge(world.observations, evaluate(world.observations, calibration), calibration);
  std::map<FindingCode, int> listed;
  for (const Check& check : checks) ++listed[check.code];
  EXPECT_EQ(listed[FindingCode::kRowError], 1);
  EXPECT_EQ(listed[FindingCode::kLengthScale], 1);
  EXPECT_EQ(listed[FindingCode::kLensMisfit], 2);
  EXPECT_EQ(listed[FindingCode::kErrorPattern], 2);
  EXPECT_THAT(verdict_reasons(calibration.findings), Contains(HasSubstr("cam1: its corners lie")));
}

// Where a stream is late, its errors are listed beside their limits, and only the cause is told.
TEST(Verdict, ListsWhatFollowsFromAnotherFaultWithoutTellingIt) {
  Judged judged;
  for (View& view : judged.world.observations.views)
    if (view.camera == 1) view.frame += 3;
  const World& world = judged.world;
  Calibration calibration = world.truth;
  const std::vector<Check> checks =
      judge(world.observations, evaluate(world.observations, calibration), calibration);
  const auto row = std::find_if(checks.begin(), checks.end(), [](const Check& check) {
    return check.code == FindingCode::kRowError;
  });
  ASSERT_NE(row, checks.end());
  EXPECT_EQ(row->severity, Severity::kError);
  EXPECT_THAT(row->note, HasSubstr("follows"));
  EXPECT_THAT(verdict_reasons(calibration.findings),
              AllOf(Contains(HasSubstr("its frame numbers differ")),
                    Not(Contains(HasSubstr("rows differ")))));
}

TEST(Gates, AreParsedAndChecked) {
  const std::vector<Gate> gates = parse_gates({"epipolar_px<0.3", "views > 10"});
  const std::vector<GateResult> results = check_gates(gates, {{"epipolar_px", 0.4}, {"views", 12}});
  EXPECT_FALSE(results[0].passed);
  EXPECT_TRUE(results[1].passed);
  EXPECT_THROW(require_gates(results), GateError);
  EXPECT_NO_THROW(require_gates({results[1]}));
}

TEST(Gates, SayWhatIsWrongWithThem) {
  EXPECT_THAT(error_text([] { parse_gates({"epipolar_px=0.3"}); }), HasSubstr("NAME<X"));
  EXPECT_THAT(error_text([] { parse_gates({"epipolar_px<"}); }), HasSubstr("NAME<X"));
  EXPECT_THAT(error_text([] { parse_gates({"epipolar<0.3"}); }),
              HasSubstr("did you mean 'epipolar_px'"));
  EXPECT_THAT(error_text([] { check_gates(parse_gates({"truth_px<1"}), {}); }),
              HasSubstr("cannot be checked"));
}

TEST(Gates, HoldTheClocksOfCamerasToBounds) {
  World world = make_world(small_rig(2, 6), kBoard, 0.05);
  const auto missed = [&](const std::string& gate) {
    const auto values = gate_values(world.truth, evaluate(world.observations, world.truth), {});
    return !check_gates(parse_gates({gate}), values)[0].passed;
  };
  for (const char* name : {"time_offset_ms", "clock_rate_ppm", "readout_ms", "lost_frames"})
    EXPECT_FALSE(missed(std::string(name) + "<0.5")) << "of cameras in step: " << name;
  world.truth.cameras[1].time = CameraTime{-0.002, 1.00002, 1e-5, {}, {{3, 2, 0.07}, {5, -1, 0}}};
  EXPECT_FALSE(missed("time_offset_ms<2.1"));
  EXPECT_TRUE(missed("time_offset_ms<1.9"));
  EXPECT_TRUE(missed("clock_rate_ppm<19"));
  EXPECT_TRUE(missed("readout_ms<1"));
  EXPECT_TRUE(missed("lost_frames<3"));
}

}  // namespace
}  // namespace calib::testing
