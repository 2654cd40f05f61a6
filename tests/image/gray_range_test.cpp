#include "image/gray_range.hpp"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>

namespace calib::testing {
namespace {

// A ramp from `low` to `high` along each row, with one pixel of each thousand at `extreme`.
cv::Mat ramp(int type, double low, double high, double extreme) {
  cv::Mat pixels(100, 200, type);
  for (int y = 0; y < pixels.rows; ++y)
    for (int x = 0; x < pixels.cols; ++x) {
      const double value =
          (y * pixels.cols + x) % 1000 == 0 ? extreme : low + (high - low) * x / (pixels.cols - 1);
      if (type == CV_8U)
        pixels.at<uchar>(y, x) = cv::saturate_cast<uchar>(value);
      else
        pixels.at<ushort>(y, x) = cv::saturate_cast<ushort>(value);
    }
  return pixels;
}

double range(const cv::Mat& gray) {
  return gray.at<uchar>(1, gray.cols - 2) - gray.at<uchar>(1, 1);
}

TEST(GrayRange, SpreadsNarrowPicturesWhateverTheirHotPixels) {
  // The range takes 1 / 1.3 of the 256 levels.
  for (const double extreme : {0.0, 65535.0})
    EXPECT_NEAR(range(to_gray8(ramp(CV_16U, 30000, 31000, extreme))), 195, 10) << extreme;
  EXPECT_NEAR(range(spread_gray8(ramp(CV_8U, 12, 45, 255))), 195, 10);
}

TEST(GrayRange, LeavesPicturesOfUsualRangeAsTheyAre) {
  const cv::Mat usual = ramp(CV_8U, 20, 150, 255);
  EXPECT_EQ(spread_gray8(usual).data, usual.data);
  const cv::Mat narrow = ramp(CV_8U, 12, 45, 255);
  EXPECT_EQ(to_gray8(narrow).data, narrow.data);
  EXPECT_NEAR(range(to_gray8(ramp(CV_16U, 0, 25600, 65535))), 100, 2);
}

TEST(GrayRange, DoesNotTurnNoiseIntoContrast) {
  EXPECT_LE(range(spread_gray8(ramp(CV_8U, 100, 101, 100))), 16);
  EXPECT_LE(range(to_gray8(ramp(CV_16U, 30000, 30001, 30000))), 4);
}

}  // namespace
}  // namespace calib::testing
