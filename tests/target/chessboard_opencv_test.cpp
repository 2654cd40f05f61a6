// Tests that hold for every chessboard detector of detector_list.

#include "target/chessboard_opencv.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <opencv2/imgproc.hpp>

#include "target/board_diagnosis.hpp"
#include "target/detector_list.hpp"
#include "target/shots.hpp"

namespace calib::testing {
namespace {

using ::testing::HasSubstr;

SynthOptions one_camera(const char* size) {
  SynthOptions options;
  options.cameras = 1;
  options.frames = 4;
  options.size = size;
  return options;
}

double worst_px(const Detection& detection, const std::vector<Corner>& truth) {
  if (detection.corners.size() != truth.size()) return 1e9;
  double worst = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const Corner& corner = detection.corners[i];
    if (corner.id != truth[i].id) return 1e9;
    worst = std::max(worst, std::hypot(corner.x - truth[i].x, corner.y - truth[i].y));
  }
  return worst;
}

class EveryDetector : public ::testing::TestWithParam<Detector> {
 protected:
  Detection detect(const cv::Mat& gray, const Board& board) const {
    return GetParam().detect(gray, board);
  }
};
INSTANTIATE_TEST_SUITE_P(List, EveryDetector, ::testing::ValuesIn(detectors()),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_P(EveryDetector, GivesEachCornerItsIdAndPlace) {
  // With one even and one odd corner count, the colors determine the order.
  const Board board{&kChessboard, 8, 5, 0.04};
  for (const Shot& shot : shoot(board, one_camera("640x480"))) {
    // cornerSubPix has errors of 0.05 px at this noise; a wrong id causes an error of a square.
    EXPECT_LT(worst_px(detect(shot.gray, board), shot.truth), 0.5) << shot.name;
  }
}

TEST_P(EveryDetector, IdsTurnWithTheBoard) {
  const Board board{&kChessboard, 8, 5, 0.04};
  const Shot shot = shoot(board, one_camera("640x480")).at(0);
  cv::Mat turned;
  cv::rotate(shot.gray, turned, cv::ROTATE_180);
  std::vector<Corner> truth = shot.truth;
  for (Corner& corner : truth) {
    corner.x = shot.gray.cols - 1 - corner.x;
    corner.y = shot.gray.rows - 1 - corner.y;
  }
  EXPECT_LT(worst_px(detect(turned, board), truth), 0.5);
}

TEST_P(EveryDetector, FindsWhiteOnBlackPrints) {
  const Board board{&kChessboard, 8, 5, 0.04};
  const Shot shot = shoot(board, one_camera("640x480")).at(0);
  const cv::Mat inverted = 255 - shot.gray;
  EXPECT_TRUE(detect(inverted, board).found()) << detect(inverted, board).reason;
}

TEST_P(EveryDetector, NamesAReasonWhereThereIsNoBoard) {
  const Board board{&kChessboard, 9, 6, 0.03};
  cv::Mat noise(240, 320, CV_8U);
  cv::RNG(1).fill(noise, cv::RNG::UNIFORM, 0, 255);
  for (const cv::Mat& picture :
       {cv::Mat(240, 320, CV_8U, cv::Scalar(0)), cv::Mat(240, 320, CV_8U, cv::Scalar(255)), noise,
        cv::Mat(1, 1, CV_8U, cv::Scalar(9)), cv::Mat(20, 3000, CV_8U, cv::Scalar(90))}) {
    const Detection detection = detect(picture, board);
    EXPECT_FALSE(detection.found()) << picture.size();
    EXPECT_FALSE(detection.reason.empty()) << picture.size();
  }
}

TEST_P(EveryDetector, NeverTakesAPartOfALargerBoard) {
  const Board board{&kChessboard, 9, 6, 0.03};
  for (const Shot& shot : shoot(board, one_camera("640x480"))) {
    for (const Board& smaller :
         {Board{&kChessboard, 8, 6, 0.03}, Board{&kChessboard, 9, 5, 0.03}}) {
      EXPECT_FALSE(detect(shot.gray, smaller).found()) << shot.name << " " << size_text(smaller);
    }
  }
}

TEST(BoardDiagnosis, BelievesWhatMostReasonsSay) {
  const Board asked{&kChessboard, 8, 6, 0.03};
  EXPECT_FALSE(diagnose_reasons({{"no_board", 1}, {"zero bytes", 1}}, asked).has_value());
  const auto diagnosis =
      diagnose_reasons({{"wrong_size 9x6", 2}, {"no_board", 1}, {"wrong_size 7x5", 1}}, asked);
  ASSERT_TRUE(diagnosis.has_value());
  EXPECT_EQ(size_text(diagnosis->board), "9x6");
  EXPECT_EQ(diagnosis->images, 2);
  EXPECT_NE(diagnosis->message.find("in 2 of 4 images"), std::string::npos);
}

TEST(BoardDiagnosis, OfPartsOfABoardWithMarkersTheLargestTellsItsSize) {
  Board asked{&kCharuco, 7, 5, 0.03};
  const auto diagnosis = diagnose_reasons(
      {{"wrong_size 9x4", 5}, {"wrong_size 9x7", 1}, {"wrong_size 40x20", 1}, {"no_markers", 3}},
      asked);
  ASSERT_TRUE(diagnosis.has_value());
  EXPECT_EQ(size_text(diagnosis->board), "8x6");
  EXPECT_EQ(diagnosis->message,
            "found a 9x7 board in 6 of 10 images, but 8x6 was asked for: use --board 9x7 (squares, "
            "not inner corners, are counted)");
}

TEST(BoardDiagnosis, TellsTheSizeThatIsThere) {
  const Board board{&kChessboard, 9, 6, 0.03};
  std::vector<cv::Mat> pictures;
  for (const Shot& shot : shoot(board, one_camera("640x480"))) pictures.push_back(shot.gray);
  const auto diagnosis = diagnose_board(pictures, Board{&kChessboard, 10, 7, 0.03});
  ASSERT_TRUE(diagnosis.has_value());
  EXPECT_EQ(size_text(diagnosis->board), "9x6");
  EXPECT_THAT(diagnosis->message, HasSubstr("inner corners, not squares"));
  EXPECT_FALSE(diagnose_board(pictures, board).has_value());
  EXPECT_FALSE(diagnose_board({cv::Mat(240, 320, CV_8U, cv::Scalar(80))}, board).has_value());
}

}  // namespace
}  // namespace calib::testing
