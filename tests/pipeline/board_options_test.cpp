#include "pipeline/board_options.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "support/error_text.hpp"
#include "support/example_board.hpp"

namespace calib {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::error_text;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(BoardOptions, MakeABoard) {
  EXPECT_EQ(make_board({"11x8", 0.03}), (Board{&kChessboard, 11, 8, 0.03}));
}

TEST(BoardOptions, MakeABoardOfEveryType) {
  for (const auto& [name, type] : board_types()) {
    SCOPED_TRACE(name);
    const Board expected = testing::example_board(*type, 4, 7);
    BoardOptions options{"4x7", expected.square_m, type, expected.marker_m, expected.dictionary};
    EXPECT_EQ(make_board(options), expected);
    options.board = fmt::format("{}x7", type->least - 1);
    EXPECT_THAT(error_text([&] { make_board(options); }), HasSubstr(type->counts));
  }
}

TEST(BoardOptions, SayWhatIsMissingOrWrong) {
  EXPECT_THAT(error_text([] { make_board({"", 0.03}); }), HasSubstr("--board 11x8"));
  EXPECT_THAT(error_text([] { make_board({"11x8", 0}); }), HasSubstr("--square 30mm"));
  EXPECT_THAT(error_text([] { make_board({"11x2", 0.03}); }), HasSubstr("at least 3"));
  EXPECT_THAT(error_text([] { make_board({"11x8", 30}); }), HasSubstr("was 30mm meant?"));
  for (const char* size : {"1001x1000", "65537x65537", "99999x99999"})
    EXPECT_THAT(error_text([&] { make_board({size, 0.03}); }), HasSubstr("at most 1000000"));
}

TEST(BoardWarnings, AreForHalfTurnsAndUnusualSquares) {
  EXPECT_THAT(board_warnings({&kChessboard, 11, 8, 0.03}), IsEmpty());
  EXPECT_THAT(board_warnings({&kChessboard, 9, 7, 0.03}),
              ElementsAre(AllOf(HasSubstr("after a half turn"), HasSubstr("a 10x7 chessboard"))));
  EXPECT_THAT(board_warnings({&kAcircles, 4, 10, 0.03}),
              ElementsAre(HasSubstr("a 4x11 acircles or a board with markers")));
  EXPECT_THAT(board_warnings({&kCircles, 4, 10, 0.03}),
              ElementsAre(HasSubstr("; a board with markers")));
  EXPECT_THAT(board_warnings({&kChessboard, 11, 8, 0.3}), ElementsAre(HasSubstr("300 mm wide")));
  EXPECT_THAT(board_warnings({&kChessboard, 11, 8, 0.001}), ElementsAre(HasSubstr("1 mm wide")));
}

}  // namespace
}  // namespace calib
