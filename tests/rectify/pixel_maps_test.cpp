#include <gmock/gmock.h>

#include <opencv2/calib3d.hpp>
#include <opencv2/imgproc.hpp>

#include "base/errors.hpp"
#include "rectify/pair_world.hpp"
#include "rectify/rectify.hpp"
#include "support/same_pixels.hpp"

namespace calib {
namespace {

using namespace calib::testing;

double largest_difference(const cv::Mat& a, const cv::Mat& b) {
  return cv::norm(a, b, cv::NORM_INF);
}

TEST(PixelMaps, AgreeWithInitUndistortRectifyMap) {
  for (const std::string model :
       {"pinhole", "opencv4", "opencv5", "opencv8", "opencv12", "opencv14"}) {
    SCOPED_TRACE(model);
    const Intrinsics lens = typical_lens(model);
    const TwoCameras pair = rectify_two(horizontal_pair(lens, lens), "left", "right", at_size(0.5));
    for (const RectifiedCamera& side : {pair.first, pair.second}) {
      const PixelMaps maps = pixel_maps(lens, side, {}, pair.image_size);
      cv::Mat x, y;
      cv::initUndistortRectifyMap(camera_matrix(lens), distortion(lens),
                                  to_cv<3, 3>(side.R_rect_cam), to_cv<3, 4>(side.P),
                                  cv_size(pair.image_size), CV_32FC1, x, y);
      // A float has a precision of 6e-5 px at 1000 px, and OpenCV adds up its rays along a row.
      EXPECT_LT(largest_difference(maps.x, x), 1e-3);
      EXPECT_LT(largest_difference(maps.y, y), 1e-3);
    }
  }
}

TEST(PixelMaps, AgreeWithTheFisheyeOfOpencv) {
  const Intrinsics lens = typical_lens("fisheye");
  const TwoCameras pair = rectify_two(vertical_pair(lens, lens), "upper", "lower", at_size(0));
  for (const RectifiedCamera& side : {pair.first, pair.second}) {
    const PixelMaps maps = pixel_maps(lens, side, {}, pair.image_size);
    cv::Mat x, y;
    cv::fisheye::initUndistortRectifyMap(
        camera_matrix(lens), distortion(lens), to_cv<3, 3>(side.R_rect_cam),
        to_cv<3, 3>(side.P.leftCols<3>()), cv_size(pair.image_size), CV_32FC1, x, y);
    // The same tolerance as above.
    EXPECT_LT(largest_difference(maps.x, x), 1e-3);
    EXPECT_LT(largest_difference(maps.y, y), 1e-3);
  }
}

TEST(PixelMaps, MarkRaysThatTheLensDoesNotSee) {
  // r (1 - 0.4 r^2) has its maximum at r = 0.91; rays beyond it are not valid.
  const Intrinsics folding = lens("opencv4", {-0.4, 0, 0, 0}, 600);
  RectifiedCamera wide;
  wide.R_rect_cam.setIdentity();
  wide.P << 100, 0, 320, 0, 0, 100, 240, 0, 0, 0, 1, 0;
  const PixelMaps maps = pixel_maps(folding, wide, {}, {640, 480});
  EXPECT_EQ(maps.x.at<float>(240, 600), -1);  // r = 2.8
  EXPECT_EQ(maps.y.at<float>(240, 600), -1);
  EXPECT_NE(maps.x.at<float>(240, 390), -1);  // r = 0.7
}

TEST(PixelMaps, DoNotDependOnTheThreads) {
  const Intrinsics lens = typical_lens("opencv8");
  const TwoCameras pair = rectify_two(horizontal_pair(lens, lens), "left", "right", at_size(0));
  const PixelMaps one = pixel_maps(lens, pair.first, {}, pair.image_size, 1);
  for (const int jobs : {0, 2, 7}) {
    const PixelMaps many = pixel_maps(lens, pair.first, {}, pair.image_size, jobs);
    EXPECT_TRUE(same_pixels(one.x, many.x)) << jobs;
    EXPECT_TRUE(same_pixels(one.y, many.y)) << jobs;
  }
}

TEST(PixelMaps, AreTheInverseOfRectifiedPixel) {
  for (const std::string& model : model_names()) {
    SCOPED_TRACE(model);
    const Intrinsics lens = typical_lens(model);
    const TwoCameras pair = rectify_two(horizontal_pair(lens, lens), "left", "right", at_size(0));
    const Projector projector(lens);
    const PixelMaps maps = pixel_maps(lens, pair.second, {}, pair.image_size);
    for (int row = 3; row < 480; row += 79) {
      for (int column = 3; column < 640; column += 79) {
        const Eigen::Vector2d source(maps.x.at<float>(row, column), maps.y.at<float>(row, column));
        const auto back = rectified_pixel(projector, pair.second, {}, source);
        ASSERT_TRUE(back);
        // The maps are float, with a precision of 3e-5 px, which is magnified at the corners.
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
  EXPECT_FALSE(rectified_pixel(Projector(wide), ahead, {}, {0, 236}));  // 102 degrees off the axis
  EXPECT_TRUE(rectified_pixel(Projector(wide), ahead, {}, {200, 236}));
}

TEST(PixelMaps, OfWideLensesAgreeWithRectifiedPixelInLatlon) {
  const Intrinsics wide = lens("fisheye", {0.002, -0.001, 0, 0}, 180);
  ViewRules rules;
  rules.projection = RectifiedProjection::kLatlon;
  const TwoCameras pair = rectify_two(vertical_pair(wide, wide), "upper", "lower", rules);
  const PixelMaps maps = pixel_maps(wide, pair.first, pair.plane, pair.image_size);
  const Projector projector(wide);
  for (int row = 3; row < pair.image_size.height; row += 51) {
    for (int column = 3; column < pair.image_size.width; column += 51) {
      const Eigen::Vector2d source(maps.x.at<float>(row, column), maps.y.at<float>(row, column));
      const auto back = rectified_pixel(projector, pair.first, pair.plane, source);
      ASSERT_TRUE(back);
      EXPECT_LT((*back - Eigen::Vector2d(column, row)).norm(), 1e-3);  // the maps are float
    }
  }
}

TEST(PixelMaps, FixedOnesRoundToThirtySeconds) {
  const PixelMaps maps{(cv::Mat1f(1, 3) << 10.5F, -0.25F, 639.97F),
                       (cv::Mat1f(1, 3) << 20.03125F, 0.0F, 3.99F)};
  const FixedMaps fixed = fixed_maps(maps);
  ASSERT_EQ(fixed.xy.type(), CV_16SC2);
  ASSERT_EQ(fixed.weights.type(), CV_16UC1);
  EXPECT_EQ(fixed.xy.at<cv::Vec2s>(0, 0), cv::Vec2s(10, 20));
  EXPECT_EQ(fixed.weights.at<ushort>(0, 0), 1 * 32 + 16);
  EXPECT_EQ(fixed.xy.at<cv::Vec2s>(0, 1), cv::Vec2s(-1, 0));
  EXPECT_EQ(fixed.weights.at<ushort>(0, 1), 24);
  EXPECT_EQ(fixed.xy.at<cv::Vec2s>(0, 2), cv::Vec2s(639, 4));
}

TEST(PixelMaps, FixedOnesRefuseWhatTheyCannotReach) {
  const PixelMaps maps{cv::Mat1f(1, 1, 40000.0F), cv::Mat1f(1, 1, 0.0F)};
  EXPECT_THAT([&] { fixed_maps(maps); }, ::testing::ThrowsMessage<Error>(::testing::HasSubstr(
                                             "up to 32766, but the source's 40000 is needed")));
}

TEST(MeasureScale, SeesScaleAndRoll) {
  RectifiedCamera camera;
  camera.valid = {0, 0, 100, 80};
  PixelMaps maps{cv::Mat(80, 100, CV_32FC1), cv::Mat(80, 100, CV_32FC1)};
  for (int row = 0; row < 80; ++row) {
    for (int column = 0; column < 100; ++column) {
      maps.x.at<float>(row, column) = static_cast<float>(200 - 2 * row);  // a quarter turn, halved
      maps.y.at<float>(row, column) = static_cast<float>(2 * column);
    }
  }
  measure_scale(maps, camera);
  EXPECT_NEAR(camera.scale, 0.5, 1e-6);
  EXPECT_NEAR(camera.roll_deg, 90, 1e-6);
}

}  // namespace
}  // namespace calib
