#include "target/chessboard_fast.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/imgproc.hpp>
#include <random>

#include "base/parallel.hpp"
#include "target/shots.hpp"

namespace calib::testing {
namespace {

const Board kBoard{&kChessboard, 9, 6, 0.03};

SynthOptions small_set(int seed = 1) {
  SynthOptions options;
  options.cameras = 2;
  options.frames = 6;
  options.size = "960x720";
  options.seed = seed;
  return options;
}

struct Accuracy {
  double rms_px = 0;         // per coordinate
  double median_square = 0;  // median of (error / sigma)^2, both coordinates together
  double worst_px = 0;
};

// Fails if a board is not found or lacks more than `may_miss` corners.
Accuracy measure(const std::vector<Shot>& shots, const Board& board, std::size_t may_miss = 0) {
  std::vector<double> squares;
  Accuracy accuracy;
  double sum = 0;
  for (const Shot& shot : shots) {
    const Detection detection = detect_fast(shot.gray, board);
    EXPECT_TRUE(detection.found()) << shot.name << ": " << detection.reason;
    EXPECT_GE(detection.corners.size() + may_miss, shot.truth.size()) << shot.name;
    for (const Corner& found : detection.corners) {
      const Corner& truth = shot.truth[static_cast<std::size_t>(found.id)];
      EXPECT_GT(found.sigma_px, 0);
      const double error = std::hypot(found.x - truth.x, found.y - truth.y);
      sum += error * error;
      squares.push_back(std::pow(error / found.sigma_px, 2));
      accuracy.worst_px = std::max(accuracy.worst_px, error);
    }
  }
  if (squares.empty()) return accuracy;
  accuracy.rms_px = std::sqrt(sum / (2.0 * static_cast<double>(squares.size())));
  std::nth_element(squares.begin(), squares.begin() + squares.size() / 2, squares.end());
  accuracy.median_square = squares[squares.size() / 2];
  return accuracy;
}

TEST(DetectFast, FindsEveryWholeBoardToAHundredthOfAPixel) {
  const std::vector<Shot> shots = shoot(kBoard, small_set());
  ASSERT_GE(shots.size(), 10u);
  const Accuracy accuracy = measure(shots, kBoard);
  // The bound for discs of radius 15 is 0.005 px; 0.006 px is usual over large sets.
  EXPECT_LT(accuracy.rms_px, 0.012);
  EXPECT_LT(accuracy.worst_px, 0.1);
  // The median of chi square with two degrees of freedom is 1.39; lens curvature adds a little.
  EXPECT_GT(accuracy.median_square, 0.9);
  EXPECT_LT(accuracy.median_square, 2.2);
}

TEST(DetectFast, FindsBlurredNoisyBoards) {
  SynthOptions options = small_set(2);
  options.noise = 6;
  options.blur_px = 1.4;
  // With three times the noise and twice the blur, 0.018 px is usual.
  EXPECT_LT(measure(shoot(kBoard, options), kBoard).rms_px, 0.035);
}

TEST(DetectFast, FindsBoardsThroughAFisheye) {
  SynthOptions options = small_set(3);
  options.model = "fisheye";
  options.fov_deg = 150;
  const Accuracy accuracy = measure(shoot(kBoard, options), kBoard);
  EXPECT_LT(accuracy.rms_px, 0.015);
  EXPECT_LT(accuracy.worst_px, 0.1);
}

// Lets the dark squares shrink by `gap` pixels, as where light spreads.
cv::Mat with_gaps(const cv::Mat& gray, double gap) {
  constexpr int kFiner = 4;
  cv::Mat fine, result;
  cv::resize(gray, fine, {}, kFiner, kFiner, cv::INTER_CUBIC);
  const int side = 2 * static_cast<int>(std::lround(kFiner * gap)) + 1;
  cv::dilate(fine, fine, cv::getStructuringElement(cv::MORPH_ELLIPSE, {side, side}));
  cv::resize(fine, result, gray.size(), 0, 0, cv::INTER_AREA);
  return result;
}

cv::Mat sharpened(const cv::Mat& gray) {
  cv::Mat smooth, result;
  cv::GaussianBlur(gray, smooth, {}, 1);
  cv::addWeighted(gray, 3, smooth, -2, 0, result);
  return result;
}

// The same boards, without noise, as other pictures show them, and with noise of two gray levels.
std::vector<Shot> shoot_through(cv::Mat (*change)(const cv::Mat&)) {
  SynthOptions options = small_set(5);
  options.noise = 0;
  std::vector<Shot> shots = shoot(kBoard, options);
  cv::RNG random(5);
  for (Shot& shot : shots) {
    cv::Mat noise(shot.gray.size(), CV_16S), noisy;
    random.fill(noise, cv::RNG::NORMAL, 0, 2);
    cv::add(change(shot.gray), noise, noisy, {}, CV_8U);
    shot.gray = noisy;
  }
  return shots;
}

TEST(DetectFast, FitsSquaresThatDoNotTouch) {
  // As accurate as where they touch: 0.005 px is usual.
  const auto print_gap = [](const cv::Mat& gray) { return with_gaps(gray, 2); };
  EXPECT_LT(measure(shoot_through(print_gap), kBoard, 2).worst_px, 0.1);
  const auto dark_grows = [](const cv::Mat& gray) -> cv::Mat {
    return 255 - with_gaps(255 - gray, 1.5);
  };
  EXPECT_LT(measure(shoot_through(dark_grows), kBoard, 2).worst_px, 0.1);
}

TEST(DetectFast, FitsOverexposedSharpenedBoards) {
  const auto camera = [](const cv::Mat& gray) {
    return sharpened(with_gaps(cv::min(gray * 1.6, 255), 1.5));
  };
  const Accuracy accuracy = measure(shoot_through(camera), kBoard, 2);
  // Halos that are cut off at black and white are not in the model, but do not pull the corner to
  // one of its squares, which would be an error of one or two pixels: 0.15 px is usual.
  EXPECT_LT(accuracy.worst_px, 0.4);
  EXPECT_LT(accuracy.rms_px, 0.04);
}

TEST(DetectFast, NumbersTheNegativeByItsDarkSquare) {
  const std::vector<Shot> shots = shoot(kBoard, small_set());
  cv::Mat negative;
  cv::bitwise_not(shots[0].gray, negative);
  const Detection detection = detect_fast(negative, kBoard);
  ASSERT_TRUE(detection.found());
  // A half turn of a 9x6 board swaps the colors.
  const std::vector<Corner>& truth = shots[0].truth;
  for (std::size_t id = 0; id < truth.size(); ++id) {
    const Corner& same = truth[truth.size() - 1 - id];
    EXPECT_NEAR(detection.corners[id].x, same.x, 0.1);
    EXPECT_NEAR(detection.corners[id].y, same.y, 0.1);
  }
}

// Returns the share of the true corners that were found. Fails if an id is wrong.
double share_found(const std::vector<Shot>& shots, const Board& board) {
  std::size_t found = 0, inside = 0;
  for (const Shot& shot : shots) {
    inside += shot.truth.size();
    for (const Corner& corner : detect_fast(shot.gray, board).corners) {
      const auto truth = std::find_if(shot.truth.begin(), shot.truth.end(),
                                      [&](const Corner& t) { return t.id == corner.id; });
      EXPECT_NE(truth, shot.truth.end()) << shot.name << ": corner " << corner.id << " is not seen";
      if (truth == shot.truth.end()) continue;
      EXPECT_LT(std::hypot(corner.x - truth->x, corner.y - truth->y), 0.5) << shot.name;
      ++found;
    }
  }
  return static_cast<double>(found) / static_cast<double>(inside);
}

TEST(DetectFast, GivesTheCornersOfACutBoardTheirIds) {
  const Board board{&kChessboard, 9, 6, 0.03};
  SynthOptions options = small_set(4);
  options.cameras = 4;
  options.partial = 1;
  std::vector<Shot> shots = shoot_all(board, options);
  std::erase_if(shots, [](const Shot& shot) { return shot.truth.size() == 54; });
  ASSERT_GE(shots.size(), 15u);
  EXPECT_GT(share_found(shots, board), 0.85);
}

TEST(DetectFast, FindsWhatAHandLeavesOfABoard) {
  for (Shot shot : shoot(kBoard, small_set())) {
    const cv::Point2d a(shot.truth[21].x, shot.truth[21].y), b(shot.truth[42].x, shot.truth[42].y);
    cv::line(shot.gray, a, b, cv::Scalar(150), 16);
    const Detection detection = detect_fast(shot.gray, kBoard);
    EXPECT_GT(detection.corners.size(), 30u) << shot.name << ": " << detection.reason;
    for (const Corner& corner : detection.corners)
      EXPECT_LT(std::hypot(corner.x - shot.truth[corner.id].x, corner.y - shot.truth[corner.id].y),
                1)
          << shot.name << " " << corner.id;
  }
}

TEST(DetectFast, TellsTheSizeThatIsThere) {
  const std::vector<Shot> shots = shoot(kBoard, small_set());
  for (const auto& [columns, rows] :
       {std::pair{8, 6}, {9, 5}, {4, 3}, {7, 6}, {10, 6}, {9, 7}, {10, 7}, {14, 12}})
    for (const Shot& shot : shots) {
      const Detection detection = detect_fast(shot.gray, {&kChessboard, columns, rows, 0.03});
      EXPECT_EQ(detection.reason, "wrong_size 9x6") << shot.name << " " << columns << rows;
      EXPECT_TRUE(detection.corners.empty());
    }
  EXPECT_EQ(detect_fast(shots[0].gray, {&kChessboard, 6, 8, 0.03}).reason, "wrong_size 6x9");
}

TEST(DetectFast, FindsNothingInStripesTilesNoiseAndBlankPictures) {
  std::vector<cv::Mat> pictures;
  for (const int gray : {0, 128, 255}) pictures.emplace_back(480, 640, CV_8UC1, cv::Scalar(gray));
  cv::Mat noise(480, 640, CV_8UC1), blurred;
  cv::theRNG().state = 7;
  cv::randu(noise, 0, 256);
  cv::GaussianBlur(noise, blurred, {}, 2);
  cv::normalize(blurred, blurred, 0, 255, cv::NORM_MINMAX);
  pictures.insert(pictures.end(), {noise, blurred});
  cv::Mat stripes(480, 640, CV_8UC1), tiles(480, 640, CV_8UC1);
  for (int y = 0; y < 480; ++y)
    for (int x = 0; x < 640; ++x) {
      stripes.at<std::uint8_t>(y, x) = x / 13 % 2 ? 210 : 30;
      tiles.at<std::uint8_t>(y, x) = x % 30 < 4 || y % 30 < 4 ? 60 : 200;
    }
  pictures.insert(pictures.end(), {stripes, tiles});
  for (std::size_t k = 0; k < pictures.size(); ++k)
    EXPECT_EQ(detect_fast(pictures[k], kBoard).reason, "no_board") << "picture " << k;
}

TEST(DetectFast, TakesPicturesOfAnySize) {
  EXPECT_EQ(detect_fast({}, kBoard).reason, "too_small");
  for (const cv::Size size : {cv::Size(1, 1), {7, 9}, {33, 20}, {30000, 20}, {40, 2000}}) {
    cv::Mat noise(size, CV_8UC1);
    cv::theRNG().state = 7;
    cv::randu(noise, 0, 256);
    EXPECT_FALSE(detect_fast(noise, kBoard).found()) << size;
  }
}

TEST(DetectFast, AgreesWithItselfOnAnyThread) {
  const std::vector<Shot> shots = shoot(kBoard, small_set());
  const std::vector<Corner> alone = detect_fast(shots[0].gray, kBoard).corners;
  ASSERT_FALSE(alone.empty());
  std::vector<std::vector<Corner>> again(4 * shots.size());
  parallel_for(again.size(), 2, [&](std::size_t k) {
    again[k] = detect_fast(shots[k % shots.size()].gray, kBoard).corners;
  });
  for (std::size_t k = 0; k < again.size(); k += shots.size()) EXPECT_EQ(again[k], alone);
}

TEST(DetectFast, ReadsPartsOfLargerPictures) {
  const std::vector<Shot> shots = shoot(kBoard, small_set());
  cv::Mat wide(shots[0].gray.rows + 20, shots[0].gray.cols + 37, CV_8UC1, cv::Scalar(90));
  cv::Mat part = wide(cv::Rect({11, 5}, shots[0].gray.size()));
  shots[0].gray.copyTo(part);
  EXPECT_EQ(detect_fast(part, kBoard).corners, detect_fast(shots[0].gray, kBoard).corners);
}

}  // namespace
}  // namespace calib::testing
