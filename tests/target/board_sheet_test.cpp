#include "target/board_sheet.hpp"

#include <gmock/gmock.h>

#include "base/errors.hpp"

namespace calib {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(BoardSheet, PdfAndSvgHoldEveryShapeInTrueSize) {
  const Board board{&kChessboard, 10, 5, 0.02};
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
        board_sheet({&kChessboard, 11, 8, 0.03}, {}, find_paper("A4"));
      },
      ::testing::ThrowsMessage<Error>(AllOf(HasSubstr("takes 360x270 mm, which A4"),
                                            HasSubstr("--square 20.8mm"),
                                            HasSubstr("or --paper A3"))));
  EXPECT_THAT([] { find_paper("A7"); }, ::testing::ThrowsMessage<Error>(HasSubstr("found 'A7'")));
  EXPECT_EQ(find_paper("500x300").width_mm, 500);
}

}  // namespace
}  // namespace calib
