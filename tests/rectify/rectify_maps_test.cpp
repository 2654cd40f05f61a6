#include <gmock/gmock.h>

#include <opencv2/calib3d.hpp>
#include <opencv2/imgproc.hpp>

#include "rectify/pair_world.hpp"
#include "rectify/rectify.hpp"

namespace calib {
namespace {

using namespace calib::testing;

double largest_difference(const cv::Mat& a, const cv::Mat& b) {
  return cv::norm(a, b, cv::NORM_INF);
}

bool same_bytes(const cv::Mat& a, const cv::Mat& b) {
  return a.size() == b.size() && a.type() == b.type() && cv::norm(a, b, cv::NORM_INF) == 0;
}

cv::Mat random_image(int type) {
  cv::Mat image(480, 640, type);
  cv::RNG rng(7);
  rng.fill(image, cv::RNG::UNIFORM, 1, 200);
  return image;
}

TEST(RectifyMaps, AgreeWithInitUndistortRectifyMap) {
  for (const std::string model :
       {"pinhole", "opencv4", "opencv5", "opencv8", "opencv12", "opencv14"}) {
    SCOPED_TRACE(model);
    const Intrinsics lens = typical_lens(model);
    const RectifiedPair pair = rectify_pair(horizontal_pair(lens, lens), "left", "right", 0.5);
    for (const RectifiedCamera& side : {pair.first, pair.second}) {
      const PixelMaps maps = rectify_maps(lens, side, pair.image_size);
      cv::Mat x, y;
      cv::initUndistortRectifyMap(camera_matrix(lens), distortion(lens),
                                  to_cv<3, 3>(side.R_rect_cam), to_cv<3, 4>(side.P),
                                  cv_size(pair.image_size), CV_32FC1, x, y);
      // float keeps 6e-5 px at 1000 px; OpenCV sums up its rays along a row
      EXPECT_LT(largest_difference(maps.x, x), 1e-3);
      EXPECT_LT(largest_difference(maps.y, y), 1e-3);
    }
  }
}

TEST(RectifyMaps, AgreeWithTheFisheyeOfOpencv) {
  const Intrinsics lens = typical_lens("fisheye");
  const RectifiedPair pair = rectify_pair(vertical_pair(lens, lens), "upper", "lower", 0);
  for (const RectifiedCamera& side : {pair.first, pair.second}) {
    const PixelMaps maps = rectify_maps(lens, side, pair.image_size);
    cv::Mat x, y;
    cv::fisheye::initUndistortRectifyMap(
        camera_matrix(lens), distortion(lens), to_cv<3, 3>(side.R_rect_cam),
        to_cv<3, 3>(side.P.leftCols<3>()), cv_size(pair.image_size), CV_32FC1, x, y);
    // as above
    EXPECT_LT(largest_difference(maps.x, x), 1e-3);
    EXPECT_LT(largest_difference(maps.y, y), 1e-3);
  }
}

TEST(RectifyMaps, MarkRaysThatTheLensDoesNotSee) {
  // r (1 - 0.4 r^2) turns back at r = 0.91
  const Intrinsics folding = lens("opencv4", {-0.4, 0, 0, 0}, 600);
  RectifiedCamera wide;
  wide.R_rect_cam.setIdentity();
  wide.P << 100, 0, 320, 0, 0, 100, 240, 0, 0, 0, 1, 0;
  const PixelMaps maps = rectify_maps(folding, wide, {640, 480});
  EXPECT_EQ(maps.x.at<float>(240, 600), -1);  // r = 2.8
  EXPECT_EQ(maps.y.at<float>(240, 600), -1);
  EXPECT_NE(maps.x.at<float>(240, 390), -1);  // r = 0.7
  const cv::Mat image = remap_image(random_image(CV_8UC1), maps);
  EXPECT_EQ(image.at<uchar>(240, 600), 0);
  EXPECT_NE(image.at<uchar>(240, 330), 0);
}

TEST(RectifyMaps, DoNotDependOnTheThreads) {
  const Intrinsics lens = typical_lens("opencv8");
  const RectifiedPair pair = rectify_pair(horizontal_pair(lens, lens), "left", "right", 0);
  const PixelMaps one = rectify_maps(lens, pair.first, pair.image_size, 1);
  for (const int jobs : {0, 2, 7}) {
    const PixelMaps many = rectify_maps(lens, pair.first, pair.image_size, jobs);
    EXPECT_TRUE(same_bytes(one.x, many.x)) << jobs;
    EXPECT_TRUE(same_bytes(one.y, many.y)) << jobs;
  }
}

TEST(RectifyMaps, AreTheInverseOfRectifiedPixel) {
  for (const std::string& model : model_names()) {
    SCOPED_TRACE(model);
    const Intrinsics lens = typical_lens(model);
    const RectifiedPair pair = rectify_pair(horizontal_pair(lens, lens), "left", "right", 0);
    const Projector projector(lens);
    const PixelMaps maps = rectify_maps(lens, pair.second, pair.image_size);
    for (int row = 3; row < 480; row += 79) {
      for (int column = 3; column < 640; column += 79) {
        const Eigen::Vector2d source(maps.x.at<float>(row, column), maps.y.at<float>(row, column));
        const auto back = rectified_pixel(projector, pair.second, source);
        ASSERT_TRUE(back);
        // the maps are float: 3e-5 px, enlarged a few times at the corners
        EXPECT_LT((*back - Eigen::Vector2d(column, row)).norm(), 1e-3);
      }
    }
  }
}

TEST(RectifiedPixel, NothingForARayBehindTheCommonPlane) {
  const Intrinsics wide = lens("fisheye", {0, 0, 0, 0}, 180);
  RectifiedCamera ahead;
  ahead.R_rect_cam.setIdentity();
  ahead.P << 100, 0, 320, 0, 0, 100, 240, 0, 0, 0, 1, 0;
  EXPECT_FALSE(rectified_pixel(Projector(wide), ahead, {0, 236}));  // 102 degrees off
  EXPECT_TRUE(rectified_pixel(Projector(wide), ahead, {200, 236}));
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

class RemapImage : public ::testing::TestWithParam<int> {};

TEST_P(RemapImage, KeepsDepthAndChannels) {
  const cv::Mat source = random_image(GetParam());
  const cv::Mat result = remap_image(source, shift_maps(10, 20));
  ASSERT_EQ(result.type(), source.type());
  ASSERT_EQ(result.size(), source.size());
  EXPECT_TRUE(same_bytes(result(cv::Rect(0, 0, 630, 460)), source(cv::Rect(10, 20, 630, 460))));
  // black beyond the source
  EXPECT_EQ(cv::norm(result(cv::Rect(0, 461, 640, 19)), cv::NORM_INF), 0);
}

INSTANTIATE_TEST_SUITE_P(Types, RemapImage,
                         ::testing::Values(CV_8UC1, CV_8UC3, CV_8UC4, CV_16UC1, CV_16UC3, CV_32FC1,
                                           CV_32FC3, CV_64FC1, CV_16SC1, CV_32SC1, CV_8SC1));

TEST(RemapImage, InterpolatesLinearly) {
  cv::Mat ramp(480, 640, CV_16UC1);
  for (int row = 0; row < 480; ++row)
    for (int column = 0; column < 640; ++column)
      ramp.at<ushort>(row, column) = static_cast<ushort>(64 * column);
  const cv::Mat result = remap_image(ramp, shift_maps(0.25F, 0));
  EXPECT_EQ(result.at<ushort>(100, 100), 64 * 100 + 16);
}

}  // namespace
}  // namespace calib
