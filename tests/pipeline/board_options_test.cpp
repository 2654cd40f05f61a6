#include "pipeline/board_options.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "base/files.hpp"
#include "scene/board_faces.hpp"
#include "support/error_text.hpp"
#include "support/example_board.hpp"
#include "support/temporary_folder.hpp"

namespace calib {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::error_text;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(BoardOptions, MakeABoard) {
  EXPECT_EQ(make_board({"11x8", 0.03}), (Board{&kChessboard, 11, 8, 0.03}));
}

TEST(BoardOptions, MakeABoardOfEveryType) {
  for (const auto& [name, type] : board_types()) {
    SCOPED_TRACE(name);
    if (!type->has_counts) continue;  // LooseTags tests them
    const Board expected = testing::example_board(*type, 4, 7);
    BoardOptions options{"4x7", expected.square_m, type, expected.marker_m, expected.dictionary};
    EXPECT_EQ(make_board(options), expected);
    if (type->least < 2) continue;
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

BoardOptions charuco_with_back(const std::string& back) {
  BoardOptions options{"8x6", 0.04, &kCharuco, 0.03, "5X5_250"};
  options.back = back;
  return options;
}

std::string refusal(const BoardOptions& options) {
  return error_text([&] { make_board(options); });
}

TEST(BoardWithABack, CarriesTheSamePrintOrAnother) {
  const Board front = make_board(charuco_with_back(""));
  EXPECT_EQ(board_in_pictures(make_board(charuco_with_back("same"))), front);
  const Board other = make_board(charuco_with_back("24"));
  ASSERT_THAT(other.parts, SizeIs(2));
  EXPECT_FALSE(has_equal_faces(other));
  EXPECT_EQ(other.parts[1].first_marker, 24);
  BoardOptions chessboard{"9x6", 0.03};
  chessboard.back = "same";
  EXPECT_TRUE(has_equal_faces(make_board(chessboard)));
}

TEST(BoardWithABack, IsAsThickAndTurnedAsGiven) {
  BoardOptions options = charuco_with_back("same");
  options.thickness_m = 0.006;
  options.back_turn_deg = 90;
  const Board board = make_board(options);
  const Board front = board_in_pictures(board);
  const Pose expected = back_pose(front, front, {0.006, 1.5707963267948966});
  EXPECT_LT((board.parts[1].T_board_part->translation - expected.translation).norm(), 1e-12);
  EXPECT_LT(angle_between(board.parts[1].T_board_part->rotation, expected.rotation), 1e-12);
}

TEST(BoardWithABack, IsReadFromATargetFile) {
  const testing::TemporaryFolder folder;
  write_file(folder.path() / "back.yaml",
             "boards:\n  - {board_type: charuco, board: 5x4, square: 30mm, marker: 20mm, "
             "dictionary: 5X5_250, first_marker: 100}\n");
  const std::string front =
      "  - {board_type: charuco, board: 8x6, square: 40mm, marker: 30mm, dictionary: 5X5_250";
  const std::string file = (folder.path() / "panel.yaml").string();
  BoardOptions options;
  options.target = file;
  write_file(file, "boards:\n" + front + ", back: back.yaml, thickness: 5mm}\n");
  const Board board = make_board(options);
  ASSERT_THAT(board.parts, SizeIs(2));
  EXPECT_EQ(board.parts[1].first_marker, 100);
  EXPECT_TRUE(is_panel(board));
  write_file(file, "boards:\n" + front + ", back: back.yaml, thickness: 0mm}\n");
  EXPECT_TRUE(is_panel(make_board(options)));
  EXPECT_THAT(error_text([&] { make_single_board(options); }), HasSubstr("a board with one"));
  write_file(file, "boards:\n" + front + ", back: same}\n  - {board: 9x6, square: 30mm}\n");
  EXPECT_THAT(refusal(options), AllOf(HasSubstr("panel.yaml:3:"), HasSubstr("the only board")));
  write_file(file, "boards:\n" + front + "}\n" + front + ", first_marker: 24, back: same}\n");
  EXPECT_THAT(refusal(options), AllOf(HasSubstr("panel.yaml:3:"), HasSubstr("the only board")));
  options = charuco_with_back(file);
  write_file(file, "boards:\n" + front + "}\n" + front + ", first_marker: 24}\n");
  EXPECT_THAT(refusal(options), AllOf(HasSubstr("panel.yaml"), HasSubstr("expected one")));
}

TEST(BoardWithABack, SaysWhatIsWrong) {
  EXPECT_THAT(refusal(charuco_with_back("sme")), HasSubstr("found 'sme', expected same"));
  EXPECT_THAT(refusal(charuco_with_back("-1")), HasSubstr("found -1"));
  EXPECT_THAT(refusal(charuco_with_back("99999999999")), HasSubstr("found 99999999999"));
  EXPECT_THAT(refusal(charuco_with_back("23")), HasSubstr("share the markers 23 to 23"));
  EXPECT_THAT(refusal(charuco_with_back("240")), HasSubstr("5X5_250 holds 250 markers"));
  BoardOptions chessboard{"9x6", 0.03};
  chessboard.back = "24";
  EXPECT_THAT(refusal(chessboard),
              AllOf(HasSubstr("9x6 chessboard has no markers"), HasSubstr("--back same")));
  BoardOptions puzzle{"9x6", 0.03, &kPuzzleboard};
  puzzle.back = "5";
  EXPECT_THAT(refusal(puzzle), HasSubstr("--first-marker from 9 on"));
  BoardOptions thick{"9x6", 0.03};
  thick.thickness_m = 0.006;
  EXPECT_THAT(refusal(thick), HasSubstr("--back same"));
}

TEST(BoardWithABack, IsWarnedOfOnce) {
  BoardOptions options{"9x7", 0.03};
  options.back = "same";
  EXPECT_THAT(board_warnings(make_board(options)), SizeIs(1));
}

TEST(BoardWarnings, AreForHalfTurnsAndUnusualSquares) {
  EXPECT_THAT(board_warnings({&kChessboard, 11, 8, 0.03}), IsEmpty());
  EXPECT_THAT(board_warnings({&kChessboard, 9, 7, 0.03}),
              ElementsAre(AllOf(HasSubstr("after a half turn"), HasSubstr("a 10x7 chessboard"))));
  EXPECT_THAT(board_warnings({&kChessboard, 8, 8, 0.03}),
              ElementsAre(HasSubstr("an 8x8 board looks the same after a half turn, and after a "
                                    "quarter turn")));
  EXPECT_THAT(board_warnings({&kAcircles, 4, 10, 0.03}),
              ElementsAre(HasSubstr("a 4x11 acircles or a board with markers")));
  EXPECT_THAT(board_warnings({&kCircles, 4, 10, 0.03}),
              ElementsAre(HasSubstr("; a board with markers")));
  EXPECT_THAT(board_warnings({&kChessboard, 11, 8, 0.3}), ElementsAre(HasSubstr("300 mm wide")));
  EXPECT_THAT(board_warnings({&kChessboard, 11, 8, 0.001}), ElementsAre(HasSubstr("1 mm wide")));
}

}  // namespace
}  // namespace calib
