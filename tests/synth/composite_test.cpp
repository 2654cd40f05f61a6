#include "synth/composite.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <opencv2/core.hpp>

#include "support/error_text.hpp"

namespace calib {
namespace {

using calib::testing::error_text;
using ::testing::HasSubstr;

std::vector<cv::Mat> numbered(int count) {
  std::vector<cv::Mat> pictures;
  for (int i = 0; i < count; ++i) pictures.emplace_back(6, 10, CV_8U, cv::Scalar(10 * (i + 1)));
  return pictures;
}

TEST(Composite, TilesRowByRow) {
  const cv::Mat composite = tile_pictures(numbered(6), 2, 3);
  ASSERT_EQ(composite.size(), cv::Size(30, 12));
  for (int i = 0; i < 6; ++i) {
    const cv::Mat tile = composite(cv::Rect(i % 3 * 10, i / 3 * 6, 10, 6));
    EXPECT_EQ(cv::countNonZero(tile != 10 * (i + 1)), 0) << "tile " << i;
  }
}

TEST(Composite, LeavesMissingTilesBlack) {
  const cv::Mat composite = tile_pictures(numbered(3), 2, 2);
  EXPECT_EQ(cv::countNonZero(composite(cv::Rect(10, 6, 10, 6))), 0);
}

TEST(Composite, KeepsColor) {
  const std::vector<cv::Mat> color(2, cv::Mat(4, 4, CV_8UC3, cv::Scalar(1, 2, 3)));
  EXPECT_EQ(tile_pictures(color, 1, 2).at<cv::Vec3b>(3, 7), cv::Vec3b(1, 2, 3));
}

TEST(Composite, RefusesWhatDoesNotFit) {
  EXPECT_THAT(error_text([] { tile_pictures(numbered(5), 2, 2); }),
              HasSubstr("5 pictures do not fit into a composite of 2x2 tiles"));
  EXPECT_THAT(error_text([] { tile_pictures({}, 1, 1); }), HasSubstr("at least one picture"));
  std::vector<cv::Mat> mixed = numbered(2);
  mixed[1] = cv::Mat(6, 11, CV_8U);
  EXPECT_THAT(error_text([&] { tile_pictures(mixed, 1, 2); }),
              HasSubstr("picture 1 of a composite is 11x6, expected 10x6"));
}

}  // namespace
}  // namespace calib
