#include "pipeline/design_stage.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.hpp"
#include "io/artifacts.hpp"
#include "support/error_text.hpp"
#include "support/temporary_folder.hpp"

namespace calib {
namespace design_stage_test {

using ::testing::HasSubstr;

const BoardOptions kBoard{"9x6", 0.04};

DesignOptions quick_plan() {
  DesignOptions options;
  options.rig.cameras = 2;
  options.rig.arrangement = RigShape::kLine;
  options.shots = 8;
  options.no_changes = true;
  return options;
}

std::string message_for(const std::string& cameras) {
  const testing::TemporaryFolder folder;
  const auto file = folder.path() / "rig.yaml";
  write_file(file, cameras);
  DesignOptions options;
  options.shots = 8;
  options.no_changes = true;
  const std::string text = testing::error_text([&] { design_stage(file, kBoard, options, {}); });
  return text.substr(std::min(text.size(), folder.path().string().size() + 1));
}

TEST(DesignStage, PlansARegularRig) {
  const DesignSummary design = design_stage("", kBoard, quick_plan(), {});
  ASSERT_EQ(design.cameras.size(), 2u);
  EXPECT_EQ(design.cameras[0].boards, design.placed);
  EXPECT_FALSE(design.cameras[0].center_m.has_value());
  EXPECT_TRUE(design.cameras[1].center_m.has_value());
  EXPECT_GT(design.points.mean_m, design.points.calibration_m);
}

TEST(DesignStage, PlansTheRigOfACalibrationAgainWithItsBoard) {
  const testing::TemporaryFolder folder;
  const auto file = folder.path() / "calibration.yaml";
  SynthOptions synth;
  synth.cameras = 2;
  synth.frames = 2;
  write_file(file, to_yaml(make_synthetic_rig(synth, Board{&kChessboard, 8, 5, 0.05})));
  DesignOptions options;
  options.shots = 8;
  options.no_changes = true;
  const DesignSummary design = design_stage(file, {}, options, {});
  EXPECT_EQ(design.board.corners_x, 8);
  EXPECT_EQ(design.placed, 8);
  options.rig.fov_deg = 40;
  EXPECT_THAT(testing::error_text([&] { design_stage(file, {}, options, {}); }),
              HasSubstr("leave out --fov-deg"));
}

TEST(DesignStage, SaysWhereAFileOfCamerasIsWrong) {
  const std::string good =
      "cameras:\n"
      "  - {name: a, size: 640x480, fov_deg: 60, place: [0, 0, 1m], looks_at: [0, 1m, 1m]}\n";
  EXPECT_THAT(message_for(good), HasSubstr("found 1 cameras, expected at least two"));
  EXPECT_THAT(message_for(good + "  - {name: b, size: 640x480, fov: 60}\n"),
              AllOf(HasSubstr("rig.yaml:3:"), HasSubstr("did you mean 'fov_deg'")));
  EXPECT_THAT(message_for(good + "  - {name: b, size: 640x480, fov_deg: 60, place: [0, 0, 1m]}\n"),
              AllOf(HasSubstr("rig.yaml:3:"), HasSubstr("looks_at")));
  EXPECT_THAT(message_for("kamera: 3\n"), HasSubstr("expected a list 'cameras'"));
}

TEST(DesignStage, RefusesWhatItCannotPlan) {
  DesignOptions options = quick_plan();
  options.noise = "0.1mm";
  EXPECT_THAT(testing::error_text([&] { design_stage("", kBoard, options, {}); }),
              HasSubstr("such as 0.1px"));
  options = quick_plan();
  options.volume = "0..1m,0..1m";
  EXPECT_THAT(testing::error_text([&] { design_stage("", kBoard, options, {}); }),
              HasSubstr("three ranges"));
  options.volume = "-1m..1m,-1m..1m,-3m..-2m";
  EXPECT_THROW(design_stage("", kBoard, options, {}), UndeterminedError);
  options = quick_plan();
  options.nearest_m = 2;
  options.farthest_m = 1;
  EXPECT_THAT(testing::error_text([&] { design_stage("", kBoard, options, {}); }),
              HasSubstr("--farthest"));
}

}  // namespace design_stage_test
}  // namespace calib
