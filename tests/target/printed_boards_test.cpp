#include "target/printed_boards.hpp"

#include <gmock/gmock.h>

#include "support/example_board.hpp"
#include "target/board_sheet.hpp"

namespace calib {
namespace {

class EveryPrintedBoard : public ::testing::TestWithParam<Named<const BoardType*>> {};

INSTANTIATE_TEST_SUITE_P(List, EveryPrintedBoard, ::testing::ValuesIn(board_types()),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_P(EveryPrintedBoard, IsFoundOnItsOwnPaper) {
  const Board board = testing::example_board(*GetParam().value, 4, 7);
  const cv::Mat picture = to_picture(board_sheet(board, {}, find_paper("A4")), 150);
  const Detection detection = detector_of(board)(picture, board);
  ASSERT_GE(detection.corners.size(), 0.9 * corner_count(board)) << detection.reason;
  // True size: neighboring points are where they are said to be, to a quarter of a pixel.
  const double scale = 150 / 0.0254;
  const Corner& first = detection.corners.front();
  for (const Corner& corner : detection.corners) {
    const Eigen::Vector2d expected =
        scale * (flat_position(board, corner.id) - flat_position(board, first.id));
    EXPECT_NEAR(corner.x - first.x, expected.x(), 0.25);
    EXPECT_NEAR(corner.y - first.y, expected.y(), 0.25);
  }
}

TEST_P(EveryPrintedBoard, IsNotFoundInABlankPicture) {
  const Board board = testing::example_board(*GetParam().value, 4, 7);
  const cv::Mat blank(480, 640, CV_8UC1, cv::Scalar(128));
  const Detection detection = detector_of(board)(blank, board);
  EXPECT_FALSE(detection.found());
  EXPECT_FALSE(detection.reason.empty());
  if (const auto diagnose = printed_board(board).diagnose) {
    EXPECT_EQ(diagnose({blank}, board), "");
  }
}

}  // namespace
}  // namespace calib
