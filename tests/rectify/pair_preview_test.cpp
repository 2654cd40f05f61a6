#include <gmock/gmock.h>

#include <opencv2/core.hpp>

#include "rectify/rectify.hpp"

namespace calib {
namespace {

// The rows of which every pixel has one colour other than the images' grey.
std::vector<int> lines(const cv::Mat& preview, bool vertical) {
  std::vector<int> found;
  for (int i = 0; i < (vertical ? preview.cols : preview.rows); ++i) {
    const cv::Mat line = vertical ? preview.col(i).clone() : preview.row(i).clone();
    const cv::Vec3b colour = line.at<cv::Vec3b>(0, 0);
    cv::Mat same;
    cv::inRange(line, colour, colour, same);
    const bool grey = colour[0] == colour[1] && colour[1] == colour[2];
    if (!grey && cv::countNonZero(same) == static_cast<int>(line.total())) found.push_back(i);
  }
  return found;
}

TEST(PairPreview, HorizontalPairStandsSideBySideWithRowLinesAcross) {
  const cv::Mat a(100, 120, CV_8UC1, cv::Scalar(50)), b(100, 120, CV_8UC1, cv::Scalar(90));
  const cv::Mat preview = draw_pair_preview(a, b, false);
  ASSERT_EQ(preview.type(), CV_8UC3);
  ASSERT_EQ(preview.size(), cv::Size(240, 100));
  EXPECT_EQ(preview.at<cv::Vec3b>(5, 60), cv::Vec3b(50, 50, 50));
  EXPECT_EQ(preview.at<cv::Vec3b>(5, 180), cv::Vec3b(90, 90, 90));
  EXPECT_THAT(lines(preview, false), ::testing::ElementsAre(16, 48, 80));
  EXPECT_NE(preview.at<cv::Vec3b>(16, 0), preview.at<cv::Vec3b>(48, 0));
}

TEST(PairPreview, VerticalPairStandsAboveEachOtherWithColumnLinesAcross) {
  const cv::Mat a(100, 120, CV_8UC1, cv::Scalar(50)), b(100, 120, CV_8UC1, cv::Scalar(90));
  const cv::Mat preview = draw_pair_preview(a, b, true);
  ASSERT_EQ(preview.size(), cv::Size(120, 200));
  EXPECT_EQ(preview.at<cv::Vec3b>(50, 5), cv::Vec3b(50, 50, 50));
  EXPECT_EQ(preview.at<cv::Vec3b>(150, 5), cv::Vec3b(90, 90, 90));
  EXPECT_THAT(lines(preview, true), ::testing::ElementsAre(16, 48, 80, 112));
}

TEST(PairPreview, TakesColourAndDeepImages) {
  const cv::Mat colour(40, 50, CV_8UC3, cv::Scalar(10, 20, 30));
  EXPECT_EQ(draw_pair_preview(colour, colour, false).at<cv::Vec3b>(2, 70), cv::Vec3b(10, 20, 30));
  const cv::Mat alpha(40, 50, CV_8UC4, cv::Scalar(10, 20, 30, 255));
  EXPECT_EQ(draw_pair_preview(alpha, colour, false).at<cv::Vec3b>(2, 2), cv::Vec3b(10, 20, 30));
  // 12 bits in 16: the brightest of both becomes white, the ratio stays
  const cv::Mat bright(40, 50, CV_16UC1, cv::Scalar(4000)), dark(40, 50, CV_16UC1, cv::Scalar(800));
  const cv::Mat preview = draw_pair_preview(dark, bright, false);
  EXPECT_EQ(preview.at<cv::Vec3b>(2, 2), cv::Vec3b(51, 51, 51));
  EXPECT_EQ(preview.at<cv::Vec3b>(2, 70), cv::Vec3b(255, 255, 255));
}

}  // namespace
}  // namespace calib
