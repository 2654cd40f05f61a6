#include "synth/pixel_noise.hpp"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>

namespace calib {
namespace {

cv::Mat noise(double sigma, std::uint64_t seed) {
  cv::Mat picture(400, 501, CV_32F, cv::Scalar(0));
  add_pixel_noise(picture, sigma, seed);
  return picture;
}

TEST(PixelNoise, HasTheAskedDeviationAndGaussianTails) {
  const cv::Mat picture = noise(2, 5);
  cv::Scalar mean, deviation;
  cv::meanStdDev(picture, mean, deviation);
  const double count = static_cast<double>(picture.total());
  // Five standard errors, which are 2 / 448 and 2 / 448 / sqrt(2) for 200400 values.
  EXPECT_NEAR(mean[0], 0, 0.0223);
  EXPECT_NEAR(deviation[0], 2, 0.0158);
  // A normal distribution has 4.55 % beyond two sigma, here with a standard error of 0.047 %, and
  // 0.27 % beyond three sigma, with 0.012 %.
  EXPECT_NEAR(cv::countNonZero(cv::abs(picture) > 4) / count, 0.0455, 0.0025);
  EXPECT_NEAR(cv::countNonZero(cv::abs(picture) > 6) / count, 0.0027, 0.0006);
}

TEST(PixelNoise, NeighborsAreIndependent) {
  const cv::Mat picture = noise(1, 6);
  for (const cv::Point& step :
       {cv::Point(1, 0), cv::Point(2, 0), cv::Point(4, 0), cv::Point(0, 1)}) {
    const cv::Rect all(0, 0, picture.cols - step.x, picture.rows - step.y);
    const double product = picture(all).dot(picture(all + step)) / all.area();
    // Five standard errors of 1 / sqrt(200000).
    EXPECT_NEAR(product, 0, 0.0113) << step;
  }
}

TEST(PixelNoise, FollowsFromTheSeedAlone) {
  EXPECT_EQ(cv::norm(noise(2, 7), noise(2, 7), cv::NORM_INF), 0);
  EXPECT_GT(cv::norm(noise(2, 7), noise(2, 8), cv::NORM_INF), 0);
}

}  // namespace
}  // namespace calib
