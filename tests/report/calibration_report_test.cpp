#include "report/calibration_report.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "report/cells.hpp"
#include "report/check_table.hpp"
#include "report/detail_report.hpp"
#include "report/summary.hpp"
#include "support/synthetic_world.hpp"

namespace calib::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(TextTable, AlignsByCharactersNotBytes) {
  EXPECT_EQ(text_table({{"name", "value"}, {"a", "1 ±2"}, {"bc", "12345"}}),
            "  name  value\n"
            "  a      1 ±2\n"
            "  bc    12345\n");
}

struct Solved {
  World world = make_world(small_rig(2, 20), kBoard, 0.05);
  Evaluation evaluation;
  Solved() {
    for (Camera& camera : world.truth.cameras) camera.views = 20;
    evaluation = evaluate(world.observations, world.truth);
    evaluation.checks = judge(world.observations, evaluation, world.truth);
  }
};

TEST(CalibrationText, ShowsCamerasPairsAndTheVerdict) {
  Solved solved;
  solved.world.truth.rejected = {{"cam0", 1, std::nullopt, "x"}, {"cam0", 2, 7, "y"}};
  const std::string text = calibration_text(solved.world.truth, solved.evaluation);
  EXPECT_THAT(text, HasSubstr("cam1    opencv5     20"));
  EXPECT_THAT(text, HasSubstr("cam0-cam1"));
  EXPECT_THAT(text, HasSubstr("left out: 1 views, 1 single corners"));
  EXPECT_THAT(text, HasSubstr("verdict: good\n"));
}

TEST(CalibrationText, OfLensesAloneHasNoPairs) {
  Solved solved;
  for (Camera& camera : solved.world.truth.cameras) camera.T_cam_rig.reset();
  const Evaluation evaluation = evaluate(solved.world.observations, solved.world.truth);
  EXPECT_THAT(calibration_text(solved.world.truth, evaluation),
              ::testing::Not(HasSubstr("baseline")));
}

TEST(ScaleText, HasAStandardDeviationOnlyWhereOneIsKnown) {
  LengthErrors errors{.frames = 4, .scale_percent = 1.234};
  EXPECT_EQ(scale_text(errors), "+1.23");
  errors.scale_std_percent = 0.012;
  EXPECT_EQ(scale_text(errors), "+1.234 ±0.012");
}

TEST(CalibrationJson, HasTheSameMetrics) {
  const Solved solved;
  const nlohmann::ordered_json json = calibration_json(solved.world.truth, solved.evaluation);
  EXPECT_EQ(json.at("verdict"), "good");
  EXPECT_EQ(json.at("cameras").at("cam1").at("views"), 20);
  EXPECT_EQ(json.at("pairs").at(0).at("row_error_px").at("mean"),
            solved.evaluation.pairs[0].row_px.mean);
  // The reference camera's center is the origin, without a minus.
  EXPECT_THAT(json.at("cameras").at("cam0").at("centre_m").dump(), "[0.0,0.0,0.0]");
}

TEST(CalibrationJson, HasEveryCheckWithItsLimits) {
  const Solved solved;
  const nlohmann::ordered_json json = calibration_json(solved.world.truth, solved.evaluation);
  for (const auto& check : json.at("checks")) {
    if (check.at("code") != "row_error") continue;
    EXPECT_EQ(check.at("cameras").dump(), "[\"cam0\",\"cam1\"]");
    EXPECT_EQ(check.at("good"), 0.3);
    EXPECT_EQ(check.at("usable"), 1.0);
    EXPECT_EQ(check.at("unit"), "px");
    EXPECT_EQ(check.at("result"), "good");
    return;
  }
  FAIL() << "the row error was not checked";
}

TEST(CalibrationText, FitsAScreenForFourCameras) {
  World world = make_world(small_rig(4, 20), kBoard, 0.1);
  for (View& view : world.observations.views) {
    if (view.camera == 2) view.frame += 3;
  }
  const Evaluation evaluation = evaluate(world.observations, world.truth);
  judge(world.observations, evaluation, world.truth);
  const std::string text = calibration_text(world.truth, evaluation);
  EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 40) << text;
  EXPECT_THAT(text, AllOf(HasSubstr("3 late"), HasSubstr("none"), HasSubstr("worst views: cam2"),
                          HasSubstr("triangulated squares")));
}

// Many reasons, notes and shots do not take the place of the cameras.
TEST(Summary, ShowsEveryCameraWhateverElseThereIsToSay) {
  World world = make_world(small_rig(4, 20), kBoard, 0.1);
  Evaluation evaluation = evaluate(world.observations, world.truth);
  judge(world.observations, evaluation, world.truth);
  for (int i = 0; i < 9; ++i) {
    for (const Severity severity : {Severity::kNote, Severity::kError}) {
      world.truth.findings.push_back({.code = FindingCode::kFewPoints,
                                      .severity = severity,
                                      .cameras = {"cam1"},
                                      .numbers = {{"points", static_cast<double>(i)}}});
    }
    evaluation.next_shots.push_back("another shot");
  }
  world.truth.verdict = Verdict::kPoor;
  world.truth.rejected = {{"cam0", 1, std::nullopt, "x"}};
  for (const std::size_t lines : {13, 17, 24}) {
    const std::string text = summary_text(world.truth, evaluation, lines);
    EXPECT_LE(std::count(text.begin(), text.end(), '\n'), static_cast<long>(lines)) << text;
    for (const char* camera : {"\n  cam0 ", "\n  cam1 ", "\n  cam2 ", "\n  cam3 "})
      EXPECT_THAT(text, HasSubstr(camera));
    EXPECT_THAT(text, AllOf(HasSubstr("verdict: poor\n  - cam1: only 0 points"),
                            HasSubstr("more reasons (-v and report.html show all)")));
  }
  const std::string all = calibration_text(world.truth, evaluation);
  EXPECT_THAT(all, AllOf(HasSubstr("only 8 points"), Not(HasSubstr("show all"))));
}

TEST(CalibrationJson, AValueBeyondItsLimitIsNotGood) {
  const std::vector<Check> checks = {
      {.code = FindingCode::kLengthScale,
       .value = 99.5,
       .good = 0.5,
       .unit = "%",
       .note = "within chance"},
      {.code = FindingCode::kLowCoverage, .value = 70, .good = 60, .unit = "%", .at_least = true}};
  const nlohmann::ordered_json json = checks_json(checks);
  EXPECT_EQ(json.at(0).at("result"), "tolerated");
  EXPECT_EQ(json.at(1).at("result"), "good");
}

TEST(CalibrationJson, HasTheDetailsOfEachCamera) {
  const Solved solved;
  const nlohmann::ordered_json json = calibration_json(solved.world.truth, solved.evaluation);
  const auto& camera = json.at("cameras").at("cam1");
  EXPECT_EQ(camera.at("stream").at("offset_frames"), 0);
  EXPECT_EQ(camera.at("motion").at("moved"), false);
  EXPECT_EQ(camera.at("attitudes").at("views"), 20);
  EXPECT_EQ(camera.at("regions").at("cells").size(), 48u);
  EXPECT_EQ(json.at("views").size(), 40u);
  EXPECT_GE(json.at("views").at(0).at("rms_px"), json.at("views").at(1).at("rms_px"));
  EXPECT_EQ(json.at("pairs").at(0).at("lengths").at("rms_mm"), json.at("lengths").at("rms_mm"));
}

TEST(Bullets, SayHowManyAreNotShown) {
  EXPECT_EQ(bullets({"a", "b"}, 8), "  - a\n  - b\n");
  EXPECT_THAT(bullets(std::vector<std::string>(11, "x"), 8),
              HasSubstr("and 4 more (-v and report.html show all)"));
  EXPECT_EQ(bullets({"a"}, 0), "");
}

TEST(Comparison, HasARowForEachCamera) {
  const Solved solved;
  const auto differences = compare(solved.world.truth, solved.world.truth);
  EXPECT_THAT(comparison_text(differences), HasSubstr("cam1"));
  EXPECT_EQ(comparison_json(differences).size(), 2u);
}

}  // namespace
}  // namespace calib::testing
