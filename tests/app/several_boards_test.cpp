// The commands with several boards, from images to a rig.

#include <gmock/gmock.h>

#include <fstream>

#include "app/command_line.hpp"
#include "base/files.hpp"
#include "image/write_image.hpp"
#include "io/artifacts.hpp"
#include "support/temporary_folder.hpp"
#include "support/two_board_world.hpp"
#include "synth/render.hpp"

namespace calib {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using testing::calib_command;
using ::testing::HasSubstr;
using testing::Outcome;

constexpr const char* kBoards = R"(boards:
  - {board_type: charuco, board: 8x6, square: 40mm, marker: 30mm, dictionary: 5X5_250}
  - {board_type: charuco, board: 8x6, square: 40mm, marker: 30mm, dictionary: 5X5_250, first_marker: 24}
)";

void write_pictures(const Calibration& truth, const fs::path& folder) {
  for (std::size_t c = 0; c < truth.cameras.size(); ++c) {
    const Camera& camera = truth.cameras[c];
    SynthOptions options;
    const Renderer renderer(camera, truth.board, options);
    create_folder(folder / camera.name);
    for (const auto& [frame, T_rig_board] : truth.frames) {
      write_image(folder / camera.name / (std::to_string(frame) + ".png"),
                  renderer.render(*camera.T_cam_rig * T_rig_board,
                                  view_seed(1, static_cast<int>(c), frame)));
    }
  }
}

TEST(SeveralBoards, FromPicturesToARigWhoseCamerasDoNotOverlap) {
  const testing::TemporaryFolder folder;
  const auto at = [&](const std::string& name) { return (folder.path() / name).string(); };
  const Calibration truth = testing::two_board_truth(12, 5);
  write_pictures(truth, folder.path() / "images");
  write_file(at("boards.yaml"), kBoards);
  const Outcome run = calib_command(
      {"run", at("images"), "--target", at("boards.yaml"), "--no-report", "-o", at("out")});
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("board 2 stands 46"));
  const Calibration found = read_calibration(at("out/calibration.yaml"));
  const Eigen::Vector3d error = found.cameras[1].T_cam_rig->inverse().translation -
                                truth.cameras[1].T_cam_rig->inverse().translation;
  EXPECT_LT(error.norm(), 1e-3);
  EXPECT_LT((found.board.parts[1].T_board_part->translation -
             truth.board.parts[1].T_board_part->translation)
                .norm(),
            1e-3);
  EXPECT_EQ(to_yaml(found), read_file(at("out/calibration.yaml")));
  const Outcome judged =
      calib_command({"evaluate", at("out/calibration.yaml"), at("out/observations.yaml")});
  EXPECT_EQ(judged.code, 0) << judged.err;
  const Outcome report =
      calib_command({"report", at("out/calibration.yaml"), at("out/observations.yaml"), "--images",
                     at("images"), "-o", at("report.html")});
  EXPECT_EQ(report.code, 0) << report.err;
  EXPECT_THAT(calib_command({"info", at("out/calibration.yaml")}).out,
              HasSubstr("markers 30.000 mm of 5X5_250 from 24"));
}

TEST(SeveralBoards, AreRefusedIfTheyCannotBeDistinguished) {
  const testing::TemporaryFolder folder;
  const std::string file = (folder.path() / "boards.yaml").string();
  write_image(folder.path() / "0.png", cv::Mat(48, 64, CV_8U, cv::Scalar(128)));
  const auto refusal = [&](const std::string& text) {
    write_file(file, text);
    const Outcome outcome = calib_command({"detect", folder.path().string(), "--target", file, "-o",
                                           (folder.path() / "o.yaml").string()});
    EXPECT_EQ(outcome.code, 2);
    return outcome.err;
  };
  const std::string first =
      "boards:\n  - {board_type: charuco, board: 8x6, square: 40mm, marker: 30mm, dictionary: "
      "5X5_250}\n";
  EXPECT_THAT(refusal(first + "  - {board_type: charuco, board: 6x5, square: 40mm, marker: 30mm, "
                              "dictionary: 5X5_100, first_marker: 20}\n"),
              AllOf(HasSubstr("boards.yaml:3:"), HasSubstr("share the markers 20 to 23"),
                    HasSubstr("first_marker: 24 or more")));
  EXPECT_THAT(refusal(first + "  - {board: 8x5, square: 40mm}\n"),
              AllOf(HasSubstr("boards.yaml:3:"), HasSubstr("has no markers")));
  EXPECT_THAT(refusal(first + "  - {bord: 8x5}\n"),
              AllOf(HasSubstr("boards.yaml:3:"), HasSubstr("did you mean 'board'")));
}

}  // namespace
}  // namespace calib
