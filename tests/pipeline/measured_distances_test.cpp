#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.hpp"
#include "pipeline/board_options.hpp"
#include "scene/board_types.hpp"
#include "support/error_text.hpp"
#include "support/temporary_folder.hpp"

namespace calib {
namespace measured_distances_test {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Board board_of(const std::string& text) {
  const testing::TemporaryFolder folder;
  const std::string file = (folder.path() / "wall.yaml").string();
  write_file(file, text);
  BoardOptions options;
  options.target = file;
  return make_board(options);
}

std::string with_distance(const std::string& distance) {
  return "boards:\n  - {board_type: tag, ids: [0-2, 7], marker: 80mm}\n"
         "distances:\n  - {" +
         distance + "}\n";
}

TEST(MeasuredDistances, AreBetweenMiddlesOrCornersOfTags) {
  const Board board = board_of(
      "boards:\n  - {board_type: tag, ids: [0-2, 7], marker: 80mm}\n"
      "distances:\n  - {from: 0, to: 7, length: 812mm, sigma: 1mm}\n"
      "  - {from: 1 top-left, to: 2 bottom-right, length: 1.43m, sigma: 2mm}\n");
  ASSERT_EQ(board.parts.size(), 4U);
  EXPECT_EQ(board.parts[3].first_marker, 7);
  ASSERT_EQ(board.distances.size(), 2U);
  EXPECT_THAT(board.distances[0].from, ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(board.distances[0].to, ElementsAre(12, 13, 14, 15));
  EXPECT_DOUBLE_EQ(board.distances[0].length_m, 0.812);
  EXPECT_THAT(board.distances[1].from, ElementsAre(4));
  EXPECT_THAT(board.distances[1].to, ElementsAre(11));
  EXPECT_DOUBLE_EQ(board.distances[1].sigma_m, 0.002);
}

TEST(MeasuredDistances, SaysWhatIsWrong) {
  const auto message = [](const std::string& distance) {
    return testing::error_text([&] { board_of(with_distance(distance)); });
  };
  EXPECT_THAT(message("from: 0, to: 5, length: 1m, sigma: 1mm"), HasSubstr("there is no tag 5"));
  EXPECT_THAT(message("from: 0, to: 0, length: 1m, sigma: 1mm"), HasSubstr("are the same tag"));
  EXPECT_THAT(message("from: 0, to: 7, sigma: 1mm"), HasSubstr("length: missing"));
  EXPECT_THAT(message("from: 0, to: 7, length: 1m"), HasSubstr("sigma: missing"));
  EXPECT_THAT(message("from: 0 left, to: 7, length: 1m, sigma: 1mm"),
              HasSubstr("found the corner 'left'"));
  EXPECT_THAT(message("from: 0, to: 7, length: 10mm, sigma: 1m"), HasSubstr("expected less"));
}

TEST(LooseTags, AreNamedByTheirNumbers) {
  BoardOptions options;
  options.type = &kTag;
  options.marker_m = 0.08;
  options.ids = {"0-3", "9"};
  const Board board = make_board(options);
  EXPECT_EQ(board_name(board), "tags 0-3, 9");
  EXPECT_EQ(board.parts.back().first_marker, 9);
  options.ids = {"5"};
  EXPECT_TRUE(make_board(options).parts.empty());
  options.ids = {"1", "0-3"};
  EXPECT_THAT(testing::error_text([&] { make_board(options); }), HasSubstr("is there twice"));
  options.ids = {"3-1"};
  EXPECT_THAT(testing::error_text([&] { make_board(options); }), HasSubstr("expected numbers"));
  options.marker_m = 0;
  EXPECT_THAT(testing::error_text([&] { make_board(options); }),
              HasSubstr("give the side of one tag, such as"));
  options.marker_m = 0.3;
  options.ids = {"0-2"};
  EXPECT_THAT(board_warnings(make_board(options)),
              ElementsAre(HasSubstr("the tags are 300 mm wide, if --marker is right")));
  options.ids = {"900"};
  EXPECT_FALSE(testing::error_text([&] { make_board(options); }).empty());
}

}  // namespace measured_distances_test
}  // namespace calib
