#include "pipeline/board_options.hpp"

#include <gmock/gmock.h>

#include "support/error_text.hpp"

namespace calib {
namespace {

using ::testing::ElementsAre;
using testing::error_text;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(BoardOptions, MakeABoard) {
  EXPECT_EQ(make_board({"11x8", 0.03}), (Board{"chessboard", 11, 8, 0.03}));
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
  EXPECT_THAT(board_warnings({"chessboard", 11, 8, 0.03}), IsEmpty());
  EXPECT_THAT(board_warnings({"chessboard", 9, 7, 0.03}),
              ElementsAre(HasSubstr("after a half turn")));
  EXPECT_THAT(board_warnings({"chessboard", 11, 8, 0.3}), ElementsAre(HasSubstr("300 mm wide")));
  EXPECT_THAT(board_warnings({"chessboard", 11, 8, 0.001}), ElementsAre(HasSubstr("1 mm wide")));
}

}  // namespace
}  // namespace calib
