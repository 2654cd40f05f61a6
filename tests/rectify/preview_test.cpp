#include <gmock/gmock.h>

#include <opencv2/core.hpp>

#include "rectify/preview.hpp"

namespace calib {
namespace {

// The rows in which every pixel has the same color, other than the gray of the images.
std::vector<int> lines(const cv::Mat& preview, bool vertical) {
  std::vector<int> found;
  for (int i = 0; i < (vertical ? preview.cols : preview.rows); ++i) {
    const cv::Mat line = vertical ? preview.col(i).clone() : preview.row(i).clone();
    const cv::Vec3b color = line.at<cv::Vec3b>(0, 0);
    cv::Mat same;
    cv::inRange(line, color, color, same);
    const bool gray = color[0] == color[1] && color[1] == color[2];
    if (!gray && cv::countNonZero(same) == static_cast<int>(line.total())) found.push_back(i);
  }
  return found;
}

RectifiedCamera at(const std::string& name, double x, double y) {
  RectifiedCamera camera;
  camera.name = name;
  camera.P << 100, 0, 60, -100 * x, 0, 100, 50, -100 * y, 0, 0, 1, 0;
  camera.valid = {0, 0, 120, 100};
  return camera;
}

RectifiedPair pair_of(const std::string& first, const std::string& second, bool vertical) {
  RectifiedPair pair;
  pair.first = first;
  pair.second = second;
  pair.vertical = vertical;
  pair.baseline_m = 0.1;
  return pair;
}

RectifiedSet horizontal() {
  return {RectifiedProjection::kPinhole, {120, 100},       {at("a", 0, 0), at("b", 0.1, 0)},
          {pair_of("a", "b", false)},    {0, 0, 120, 100}, 1.0};
}
RectifiedSet vertical() {
  return {RectifiedProjection::kPinhole, {120, 100},       {at("a", 0, 0), at("b", 0, 0.1)},
          {pair_of("a", "b", true)},     {0, 0, 120, 100}, 1.0};
}

TEST(DrawLines, HorizontalPairStandsSideBySideWithRowLinesAcross) {
  const cv::Mat a(100, 120, CV_8UC1, cv::Scalar(50)), b(100, 120, CV_8UC1, cv::Scalar(90));
  const cv::Mat preview = draw_lines(horizontal(), {a, b});
  ASSERT_EQ(preview.type(), CV_8UC3);
  ASSERT_EQ(preview.size(), cv::Size(240, 100));
  EXPECT_EQ(preview.at<cv::Vec3b>(5, 60), cv::Vec3b(50, 50, 50));
  EXPECT_EQ(preview.at<cv::Vec3b>(5, 180), cv::Vec3b(90, 90, 90));
  EXPECT_THAT(lines(preview, false), ::testing::ElementsAre(16, 48, 80));
  EXPECT_NE(preview.at<cv::Vec3b>(16, 0), preview.at<cv::Vec3b>(48, 0));
}

TEST(DrawLines, TheLeftCameraStandsLeftWhateverTheOrder) {
  RectifiedSet set = horizontal();
  std::swap(set.cameras[0], set.cameras[1]);
  set.pairs[0] = pair_of("b", "a", false);
  const cv::Mat a(100, 120, CV_8UC1, cv::Scalar(50)), b(100, 120, CV_8UC1, cv::Scalar(90));
  EXPECT_EQ(draw_lines(set, {b, a}).at<cv::Vec3b>(5, 60), cv::Vec3b(50, 50, 50));
}

TEST(DrawLines, VerticalPairStandsAboveEachOtherWithColumnLinesAcross) {
  const cv::Mat a(100, 120, CV_8UC1, cv::Scalar(50)), b(100, 120, CV_8UC1, cv::Scalar(90));
  const cv::Mat preview = draw_lines(vertical(), {a, b});
  ASSERT_EQ(preview.size(), cv::Size(120, 200));
  EXPECT_EQ(preview.at<cv::Vec3b>(50, 5), cv::Vec3b(50, 50, 50));
  EXPECT_EQ(preview.at<cv::Vec3b>(150, 5), cv::Vec3b(90, 90, 90));
  EXPECT_THAT(lines(preview, true), ::testing::ElementsAre(16, 48, 80, 112));
}

TEST(DrawLines, AGridHasBothLinesAndItsCamerasInPlace) {
  RectifiedSet set = horizontal();
  set.cameras = {at("lower left", 0, 0.1), at("b", 0.1, 0), at("a", 0, 0), at("d", 0.1, 0.1)};
  set.pairs = {pair_of("lower left", "a", true), pair_of("lower left", "d", false),
               pair_of("b", "a", false), pair_of("b", "d", true)};
  std::vector<cv::Mat> images;
  for (const int gray : {10, 20, 30, 40}) images.emplace_back(100, 120, CV_8UC1, cv::Scalar(gray));
  const cv::Mat preview = draw_lines(set, images);
  ASSERT_EQ(preview.size(), cv::Size(240, 200));
  EXPECT_EQ(preview.at<cv::Vec3b>(5, 5)[0], 30);
  EXPECT_EQ(preview.at<cv::Vec3b>(5, 125)[0], 20);
  EXPECT_EQ(preview.at<cv::Vec3b>(105, 5)[0], 10);
  EXPECT_EQ(preview.at<cv::Vec3b>(105, 125)[0], 40);
  EXPECT_NE(preview.at<cv::Vec3b>(16, 5)[0], preview.at<cv::Vec3b>(16, 5)[1]);
  EXPECT_NE(preview.at<cv::Vec3b>(5, 16)[0], preview.at<cv::Vec3b>(5, 16)[1]);
}

TEST(DrawLines, TakesColorAndDeepImages) {
  const cv::Mat color(100, 120, CV_8UC3, cv::Scalar(10, 20, 30));
  EXPECT_EQ(draw_lines(horizontal(), {color, color}).at<cv::Vec3b>(2, 150), cv::Vec3b(10, 20, 30));
  const cv::Mat alpha(100, 120, CV_8UC4, cv::Scalar(10, 20, 30, 255));
  EXPECT_EQ(draw_lines(horizontal(), {alpha, color}).at<cv::Vec3b>(2, 2), cv::Vec3b(10, 20, 30));
  // 12 of 16 bits: the brightest value of both images becomes white, and the ratio is kept.
  const cv::Mat bright(100, 120, CV_16UC1, cv::Scalar(4000)),
      dark(100, 120, CV_16UC1, cv::Scalar(800));
  const cv::Mat preview = draw_lines(horizontal(), {dark, bright});
  EXPECT_EQ(preview.at<cv::Vec3b>(2, 2), cv::Vec3b(51, 51, 51));
  EXPECT_EQ(preview.at<cv::Vec3b>(2, 150), cv::Vec3b(255, 255, 255));
}

TEST(DrawAnaglyph, TheLeftImageIsRed) {
  const cv::Mat a(100, 120, CV_8UC1, cv::Scalar(50)), b(100, 120, CV_8UC1, cv::Scalar(90));
  const RectifiedSet set = horizontal();
  EXPECT_EQ(draw_anaglyph(set, set.pairs[0], {a, b}).at<cv::Vec3b>(5, 5), cv::Vec3b(90, 90, 50));
  // A vertical pair is transposed.
  EXPECT_EQ(draw_anaglyph(vertical(), vertical().pairs[0], {a, b}).size(), cv::Size(100, 120));
}

// Random texture at one distance, with a disparity of 100 px per radian * 0.1 m / 1 m = 10 px.
TEST(DrawDisparity, MatchesAFlatSceneInBothDirections) {
  cv::Mat texture(100, 140, CV_8UC1);
  cv::RNG rng(1);
  rng.fill(texture, cv::RNG::UNIFORM, 0, 256);
  const cv::Mat left = texture(cv::Rect(0, 0, 120, 100)),
                right = texture(cv::Rect(10, 0, 120, 100));
  const RectifiedSet set = horizontal();
  const DisparityPicture flat = draw_disparity(set, set.pairs[0], {left, right}, 0.8);
  EXPECT_GT(flat.matched_share, 0.9);
  EXPECT_EQ(flat.picture.size(), cv::Size(120, 100));
  EXPECT_NE(flat.picture.at<cv::Vec3b>(50, 80), cv::Vec3b(0, 0, 0));
  // The same for a vertical pair, and images without anything in common.
  cv::Mat upper, lower;
  cv::transpose(texture(cv::Rect(0, 0, 100, 100)), upper);
  cv::transpose(texture(cv::Rect(10, 0, 100, 100)), lower);
  RectifiedSet tall = vertical();
  tall.image_size = {100, 100};
  tall.cameras[0].valid = tall.cameras[1].valid = {0, 0, 100, 100};
  EXPECT_GT(draw_disparity(tall, tall.pairs[0], {upper, lower}, 0.8).matched_share, 0.9);
  cv::Mat other(100, 120, CV_8UC1);
  rng.fill(other, cv::RNG::UNIFORM, 0, 256);
  EXPECT_LT(draw_disparity(set, set.pairs[0], {left, other}, 0.8).matched_share, 0.3);
}

TEST(DrawDisparity, ANarrowPictureHasNone) {
  const cv::Mat narrow(100, 16, CV_8UC1, cv::Scalar(50));
  RectifiedSet set = horizontal();
  set.image_size = {16, 100};
  for (RectifiedCamera& camera : set.cameras) camera.valid = {0, 0, 16, 100};
  const DisparityPicture none = draw_disparity(set, set.pairs[0], {narrow, narrow}, 0.8);
  EXPECT_EQ(none.matched_share, 0);
  EXPECT_EQ(none.picture.size(), narrow.size());
}

}  // namespace
}  // namespace calib
