#include "rectify/pixel_maps.hpp"

#include <gmock/gmock.h>

#include <opencv2/core.hpp>
#include <random>

namespace calib {
namespace {

constexpr ImageSize kSource{100, 50};

// Maps whose pixels come from inside the source where `inside` is not zero.
PixelMaps maps_of(const cv::Mat1b& inside) {
  PixelMaps maps{cv::Mat(inside.size(), CV_32FC1), cv::Mat(inside.size(), CV_32FC1)};
  for (int row = 0; row < inside.rows; ++row) {
    for (int column = 0; column < inside.cols; ++column) {
      maps.x.at<float>(row, column) = inside(row, column) != 0 ? 50.F : -1.F;
      maps.y.at<float>(row, column) = 20.F;
    }
  }
  return maps;
}

int largest_area(const cv::Mat1b& inside) {
  int best = 0;
  for (int y = 0; y < inside.rows; ++y)
    for (int x = 0; x < inside.cols; ++x)
      for (int h = 1; y + h <= inside.rows; ++h)
        for (int w = 1; x + w <= inside.cols; ++w)
          if (w * h > best && cv::countNonZero(inside(cv::Rect(x, y, w, h))) == w * h) best = w * h;
  return best;
}

TEST(ValidRectangle, IsTheLargestOfAll) {
  std::mt19937 random(3);
  for (int trial = 0; trial < 60; ++trial) {
    cv::Mat1b inside(1 + trial % 9, 11);
    for (uchar& pixel : inside) pixel = random() % 4 != 0 ? 1 : 0;
    const PixelRect found = largest_rectangle(valid_mask(maps_of(inside), kSource));
    EXPECT_EQ(found.width * found.height, largest_area(inside)) << inside;
    if (found.width == 0) continue;
    EXPECT_EQ(cv::countNonZero(inside(cv::Rect(found.x, found.y, found.width, found.height))),
              found.width * found.height)
        << inside;
  }
}

TEST(ValidRectangle, IsEmptyWhenNothingIsInside) {
  EXPECT_EQ(largest_rectangle(valid_mask(maps_of(cv::Mat1b(4, 5, uchar{0})), kSource)),
            PixelRect{});
}

TEST(ValidRectangle, CountsTheLastPixelButNotBeyond) {
  PixelMaps maps{cv::Mat1f(1, 6), cv::Mat1f(1, 6, 49.F)};
  const float x[6] = {-0.1F, 0.F, 50.F, 99.F, 99.1F, 100.F};
  for (int i = 0; i < 6; ++i) maps.x.at<float>(0, i) = x[i];
  EXPECT_EQ(largest_rectangle(valid_mask(maps, kSource)), (PixelRect{1, 0, 3, 1}));
  maps.y.setTo(49.5F);
  EXPECT_EQ(largest_rectangle(valid_mask(maps, kSource)), PixelRect{});
}

}  // namespace
}  // namespace calib
