// The commands with a board on both faces of a panel, from pictures to a rig.

#include <gmock/gmock.h>

#include "app/command_line.hpp"
#include "base/files.hpp"
#include "io/artifacts.hpp"
#include "support/temporary_folder.hpp"

namespace calib {
namespace {

using ::testing::AllOf;
using testing::calib_command;
using testing::expect_refused;
using ::testing::HasSubstr;
using testing::ok;
using testing::Outcome;

using Args = std::vector<std::string>;

class Panel : public ::testing::Test {
 protected:
  std::string at(const std::string& name) const { return (folder_.path() / name).string(); }

  // The command with the flags of the board, and others.
  static Args with_board(Args args, const Args& more) {
    const Args board = {"--board-type", "charuco",  "--board", "8x6",          "--square",
                        "60mm",         "--marker", "45mm",    "--dictionary", "5X5_250"};
    args.insert(args.end(), board.begin(), board.end());
    args.insert(args.end(), more.begin(), more.end());
    return args;
  }

 private:
  testing::TemporaryFolder folder_;
};

TEST_F(Panel, BoardDrawsBothFaces) {
  const Args args = with_board({"board"}, {"--paper", "A2", "--back", "24", "-o", at("panel.svg")});
  const Outcome drawn = ok(args);
  EXPECT_THAT(drawn.out, AllOf(HasSubstr("panel.svg"), HasSubstr("panel-back.svg")));
  EXPECT_NE(read_file(at("panel.svg")), read_file(at("panel-back.svg")));
  EXPECT_THAT(read_file(at("panel-back.svg")), HasSubstr("from 24"));
  expect_refused(args, 2, {"panel.svg", "--force"});
  std::filesystem::remove(at("panel.svg"));
  expect_refused(args, 2, {"panel-back.svg", "--force"});
  EXPECT_FALSE(std::filesystem::exists(at("panel.svg")));
  ok(with_board({"board"}, {"--paper", "A2", "--back", "same", "--force", "-o", at("panel.svg")}));
  EXPECT_EQ(read_file(at("panel.svg")), read_file(at("panel-back.svg")));
}

void expect_right(const Calibration& found, const Calibration& truth) {
  ASSERT_EQ(found.board.parts.size(), 2u);
  for (std::size_t i = 1; i < truth.cameras.size(); ++i) {
    const Eigen::Vector3d error = found.cameras[i].T_cam_rig->inverse().translation -
                                  truth.cameras[i].T_cam_rig->inverse().translation;
    // Some tenths of a millimeter; a wrong face moves the cameras by meters.
    EXPECT_LT(error.norm(), 0.02) << found.cameras[i].name;
  }
}

TEST_F(Panel, IsSolvedFromPicturesOfARing) {
  ok(with_board({"synth", "-o", at("ring"), "--arrangement", "ring", "--cameras", "3", "--baseline",
                 "1.2m", "--frames", "12", "--size", "480x360"},
                {"--back", "same", "--thickness", "6mm"}));
  const Calibration truth = read_calibration(at("ring/truth.yaml"));
  const Outcome run =
      ok(with_board({"run", at("ring"), "--no-report", "-o", at("out")}, {"--back", "same"}));
  EXPECT_THAT(run.out, HasSubstr("carries the same print on both faces"));
  expect_right(read_calibration(at("out/calibration.yaml")), truth);
  ok(with_board({"detect", at("ring"), "-o", at("seen.yaml")}, {}));
  ok({"extrinsics", at("seen.yaml"), "--back", "same", "-o", at("told.yaml")});
  expect_right(read_calibration(at("told.yaml")), truth);
}

TEST_F(Panel, BadBacksAreRefusedInOneLine) {
  const auto refuse = [&](const Args& back, const std::vector<std::string>& parts) {
    Args more = back;
    more.insert(more.end(), {"-o", at("x.pdf")});
    expect_refused(with_board({"board"}, more), 2, parts);
  };
  refuse({"--back", "sme"}, {"back: found 'sme'", "same"});
  refuse({"--back", "12"}, {"share the markers 12 to 23"});
  refuse({"--thickness", "6mm"}, {"back: missing", "--back same"});
  refuse({"--back", "same", "--thickness", "6"}, {"thickness", "6mm"});
  refuse({"--back", "same", "--back-turn", "400"}, {"back", "360"});
}

}  // namespace
}  // namespace calib
