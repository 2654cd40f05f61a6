#include "target/board_sheet.hpp"

#include <gmock/gmock.h>

#include "base/errors.hpp"
#include "target/detector_list.hpp"

namespace calib {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::vector<Board> boards() {
  Board charuco{"charuco", 6, 4, 0.025};
  charuco.marker_m = 0.018;
  charuco.dictionary = "4X4_50";
  Board aprilgrid{"aprilgrid", 8, 6, 0.03};
  aprilgrid.marker_m = 0.023;
  aprilgrid.dictionary = "APRILTAG_36h11";
  return {{"chessboard", 8, 5, 0.02},
          charuco,
          aprilgrid,
          {"circles", 9, 6, 0.02},
          {"acircles", 4, 11, 0.015}};
}

TEST(BoardSheet, EveryBoardIsFoundOnItsOwnPaper) {
  for (const Board& board : boards()) {
    SCOPED_TRACE(board.type);
    const BoardSheet sheet = board_sheet(board, {}, find_paper("A4"));
    const cv::Mat picture = to_picture(sheet, 150);
    const Detection detection = detector_of(board, "fast")(picture, board);
    EXPECT_GE(detection.corners.size(), 0.9 * corner_count(board)) << detection.reason;
    // The board has its true size: all points are within a quarter of a pixel.
    const double scale = 150 / 0.0254;
    const Corner& first = detection.corners.front();
    for (const Corner& corner : detection.corners) {
      const Eigen::Vector2d expected =
          scale * (flat_position(board, corner.id) - flat_position(board, first.id));
      EXPECT_NEAR(corner.x - first.x, expected.x(), 0.25);
      EXPECT_NEAR(corner.y - first.y, expected.y(), 0.25);
    }
  }
}

TEST(BoardSheet, PdfAndSvgHoldEveryShapeInTrueSize) {
  const Board board{"chessboard", 10, 5, 0.02};
  const BoardSheet sheet = board_sheet(board, {}, find_paper("A4"));
  EXPECT_EQ(sheet.width_mm, 297);  // turned
  const std::string pdf = to_pdf(sheet), svg = to_svg(sheet);
  EXPECT_EQ(pdf, to_pdf(sheet));
  EXPECT_THAT(
      pdf, AllOf(StartsWith("%PDF-1.4"), HasSubstr("/MediaBox [0 0 841.8898 595.2756]"),
                 HasSubstr("20.0000 20.0000 re"), HasSubstr("/PrintScaling /None"),
                 HasSubstr("(chessboard: 10x5 inner corners, squares 20 mm)"), HasSubstr("%%EOF")));
  EXPECT_THAT(svg, AllOf(HasSubstr("width=\"297mm\""), HasSubstr("chessboard: 10x5")));
}

TEST(BoardSheet, APaperThatIsTooSmallNamesWhatWouldFit) {
  EXPECT_THAT(
      [] {
        board_sheet({"chessboard", 11, 8, 0.03}, {}, find_paper("A4"));
      },
      ::testing::ThrowsMessage<Error>(AllOf(HasSubstr("takes 360x270 mm, which A4"),
                                            HasSubstr("--square 20.8mm"),
                                            HasSubstr("or --paper A3"))));
  EXPECT_THAT([] { find_paper("A7"); }, ::testing::ThrowsMessage<Error>(HasSubstr("found 'A7'")));
  EXPECT_EQ(find_paper("500x300").width_mm, 500);
}

}  // namespace
}  // namespace calib
