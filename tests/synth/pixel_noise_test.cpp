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
  // five standard errors of 200400 values: 2 / 448, 2 / 448 / sqrt(2)
  EXPECT_NEAR(mean[0], 0, 0.0223);
  EXPECT_NEAR(deviation[0], 2, 0.0158);
  // normal: 4.55 % beyond two sigma, standard error 0.047 %; 0.27 % beyond three, 0.012 %
  EXPECT_NEAR(cv::countNonZero(cv::abs(picture) > 4) / count, 0.0455, 0.0025);
  EXPECT_NEAR(cv::countNonZero(cv::abs(picture) > 6) / count, 0.0027, 0.0006);
}

TEST(PixelNoise, NeighborsAreIndependent) {
  const cv::Mat picture = noise(1, 6);
  for (const cv::Point& step :
       {cv::Point(1, 0), cv::Point(2, 0), cv::Point(4, 0), cv::Point(0, 1)}) {
    const cv::Rect all(0, 0, picture.cols - step.x, picture.rows - step.y);
    const double product = picture(all).dot(picture(all + step)) / all.area();
    // five standard errors: 1 / sqrt(200000)
    EXPECT_NEAR(product, 0, 0.0113) << step;
  }
}

TEST(PixelNoise, FollowsFromTheSeedAlone) {
  EXPECT_EQ(cv::norm(noise(2, 7), noise(2, 7), cv::NORM_INF), 0);
  EXPECT_GT(cv::norm(noise(2, 7), noise(2, 8), cv::NORM_INF), 0);
}

}  // namespace
}  // namespace calib
