#include "rectify/warp.hpp"

#include <gmock/gmock.h>

#include <opencv2/imgproc.hpp>

#include "base/errors.hpp"
#include "rectify/warp_linear.hpp"
#include "support/same_pixels.hpp"

namespace calib {
namespace {

using calib::testing::same_pixels;

cv::Mat random_image(cv::Size size, int type) {
  cv::Mat image(size, type);
  cv::RNG rng(7);
  rng.fill(image, cv::RNG::UNIFORM, 0, 256);
  return image;
}

// Positions everywhere in the source and far beyond each of its borders.
PixelMaps random_maps(cv::Size size, cv::Size source) {
  PixelMaps maps{cv::Mat(size, CV_32FC1), cv::Mat(size, CV_32FC1)};
  cv::RNG rng(3);
  rng.fill(maps.x, cv::RNG::UNIFORM, -4.0, source.width + 4.0);
  rng.fill(maps.y, cv::RNG::UNIFORM, -4.0, source.height + 4.0);
  maps.x.at<float>(0, 0) = maps.y.at<float>(0, 0) = -1;
  return maps;
}

PixelMaps shift_maps(float x, float y) {
  PixelMaps maps{cv::Mat(480, 640, CV_32FC1), cv::Mat(480, 640, CV_32FC1)};
  for (int row = 0; row < 480; ++row) {
    for (int column = 0; column < 640; ++column) {
      maps.x.at<float>(row, column) = static_cast<float>(column) + x;
      maps.y.at<float>(row, column) = static_cast<float>(row) + y;
    }
  }
  return maps;
}

TEST(WarpLinear, GivesTheBytesOfRemap) {
  for (const int type : {CV_8UC1, CV_8UC3, CV_8UC4}) {
    for (const cv::Size source : {cv::Size(97, 61), {640, 480}, {5, 4}, {3, 2}, {1, 1}}) {
      SCOPED_TRACE(std::to_string(type) + " " + std::to_string(source.width));
      const cv::Mat image = random_image(source, type);
      // An odd width, so that rows end in the middle of a group of eight pixels.
      const FixedMaps maps = fixed_maps(random_maps({531, 67}, source));
      cv::Mat ours, reference;
      ASSERT_TRUE(warp_linear(image, maps, ours));
      cv::remap(image, reference, maps.xy, maps.weights, cv::INTER_LINEAR, cv::BORDER_CONSTANT,
                cv::Scalar::all(0));
      EXPECT_TRUE(same_pixels(ours, reference));
    }
  }
}

TEST(WarpLinear, TakesAPartOfAPicture) {
  const cv::Mat whole = random_image({640, 480}, CV_8UC3);
  const cv::Mat part = whole(cv::Rect(33, 20, 200, 100));
  const FixedMaps maps = fixed_maps(random_maps({120, 90}, part.size()));
  cv::Mat of_part, of_copy;
  ASSERT_TRUE(warp_linear(part, maps, of_part));
  ASSERT_TRUE(warp_linear(part.clone(), maps, of_copy));
  EXPECT_TRUE(same_pixels(of_part, of_copy));
}

TEST(WarpLinear, LeavesOtherPicturesToOpencv) {
  cv::Mat result;
  const FixedMaps maps = fixed_maps(shift_maps(0, 0));
  EXPECT_FALSE(warp_linear(random_image({640, 480}, CV_16UC1), maps, result));
  EXPECT_FALSE(warp_linear(random_image({640, 480}, CV_8UC2), maps, result));
  EXPECT_FALSE(warp_linear(random_image({32768, 2}, CV_8UC1), maps, result));
  EXPECT_TRUE(result.empty());
}

class WarpTypes : public ::testing::TestWithParam<std::tuple<int, Interpolation>> {};

TEST_P(WarpTypes, KeepsDepthAndChannels) {
  const auto [type, interpolation] = GetParam();
  const cv::Mat source = random_image({640, 480}, type);
  const cv::Mat result = Warp(shift_maps(10, 20), interpolation)(source);
  ASSERT_EQ(result.type(), source.type());
  ASSERT_EQ(result.size(), source.size());
  // Away from the border, every interpolation keeps the values at integer positions.
  EXPECT_TRUE(same_pixels(result(cv::Rect(0, 0, 620, 450)), source(cv::Rect(10, 20, 620, 450))));
  // Pixels from outside the source are black.
  EXPECT_EQ(cv::norm(result(cv::Rect(0, 465, 640, 15)), cv::NORM_INF), 0);
}

INSTANTIATE_TEST_SUITE_P(
    Types, WarpTypes,
    ::testing::Combine(::testing::Values(CV_8UC1, CV_8UC3, CV_8UC4, CV_16UC1, CV_16UC3),
                       ::testing::Values(Interpolation::kLinear, Interpolation::kCubic,
                                         Interpolation::kLanczos4)));

TEST(Warp, InterpolatesDeepPicturesLinearly) {
  cv::Mat ramp(480, 640, CV_16UC1);
  for (int row = 0; row < 480; ++row)
    for (int column = 0; column < 640; ++column)
      ramp.at<ushort>(row, column) = static_cast<ushort>(64 * column);
  const cv::Mat result = Warp(shift_maps(0.25F, 0), Interpolation::kLinear)(ramp);
  EXPECT_EQ(result.at<ushort>(100, 100), 64 * 100 + 16);
}

TEST(Warp, FinerInterpolationLosesLess) {
  cv::Mat waves(480, 640, CV_8UC1), expected(480, 640, CV_8UC1);
  for (int row = 0; row < 480; ++row) {
    for (int column = 0; column < 640; ++column) {
      waves.at<uchar>(row, column) = cv::saturate_cast<uchar>(128 + 100 * std::sin(1.2 * column));
      expected.at<uchar>(row, column) =
          cv::saturate_cast<uchar>(128 + 100 * std::sin(1.2 * (column + 0.5)));
    }
  }
  const cv::Rect inside(10, 10, 600, 450);
  const auto error = [&](Interpolation interpolation) {
    const cv::Mat result = Warp(shift_maps(0.5F, 0), interpolation)(waves);
    return cv::norm(result(inside), expected(inside), cv::NORM_L2);
  };
  EXPECT_LT(error(Interpolation::kCubic), 0.7 * error(Interpolation::kLinear));
  EXPECT_LT(error(Interpolation::kLanczos4), 0.7 * error(Interpolation::kCubic));
}

}  // namespace
}  // namespace calib
