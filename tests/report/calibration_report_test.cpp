#include "report/calibration_report.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "support/synthetic_world.hpp"

namespace calib::testing {
namespace {

using ::testing::HasSubstr;

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
    judge(world.observations, evaluation, world.truth);
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

TEST(CalibrationJson, HasTheSameFigures) {
  const Solved solved;
  const nlohmann::ordered_json json = calibration_json(solved.world.truth, solved.evaluation);
  EXPECT_EQ(json.at("verdict"), "good");
  EXPECT_EQ(json.at("cameras").at("cam1").at("views"), 20);
  EXPECT_EQ(json.at("pairs").at(0).at("row_error_px").at("mean"),
            solved.evaluation.pairs[0].row_px.mean);
  // The reference camera's centre is the origin, without a minus.
  EXPECT_THAT(json.at("cameras").at("cam0").at("centre_m").dump(), "[0.0,0.0,0.0]");
}

TEST(Comparison, HasARowForEachCamera) {
  const Solved solved;
  const auto differences = compare(solved.world.truth, solved.world.truth);
  EXPECT_THAT(comparison_text(differences), HasSubstr("cam1"));
  EXPECT_EQ(comparison_json(differences).size(), 2u);
}

}  // namespace
}  // namespace calib::testing
