// Compares the models that have OpenCV's formulas with OpenCV.

#include <gtest/gtest.h>

#include <algorithm>
#include <opencv2/calib3d.hpp>
#include <random>
#include <vector>

#include "camera/intrinsics.hpp"
#include "camera/model_list.hpp"

namespace calib {
namespace {

constexpr unsigned kAgreementSeed = 2;
// The same operations in a different order, on pixel coordinates up to 1e3.
constexpr double kTolerance_px = 1e-9;

const cv::Matx33d kCameraMatrix(812.5, 0, 655.5, 0, 790.25, 348.25, 0, 0, 1);

Projector projector_of(const std::string& model, const std::vector<double>& distortion) {
  Intrinsics intrinsics{model, {1280, 720}, {812.5, 790.25, 655.5, 348.25}};
  intrinsics.parameters.insert(intrinsics.parameters.end(), distortion.begin(), distortion.end());
  return Projector(intrinsics);
}

std::vector<cv::Point3d> points_in_front(double spread) {
  std::mt19937 random(kAgreementSeed);
  std::uniform_real_distribution<double> side(-spread, spread), depth(0.8, 3);
  std::vector<cv::Point3d> points;
  for (int i = 0; i < 500; ++i) {
    const double x = side(random), y = side(random), z = depth(random);
    points.emplace_back(x * z, y * z, z);
  }
  return points;
}

void expect_same(const Projector& projector, const std::vector<cv::Point3d>& points,
                 const std::vector<cv::Point2d>& expected) {
  int compared = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto pixel = projector.project({points[i].x, points[i].y, points[i].z});
    if (!pixel) continue;  // OpenCV also projects points outside the valid region
    ++compared;
    ASSERT_NEAR(pixel->x(), expected[i].x, kTolerance_px) << points[i];
    ASSERT_NEAR(pixel->y(), expected[i].y, kTolerance_px) << points[i];
  }
  EXPECT_GT(compared, 250);
}

template <class Model>
class OpencvAgreement : public ::testing::Test {};
using OpencvModels = ::testing::Types<Opencv4, Opencv5, Opencv8, Opencv12, Opencv14>;
TYPED_TEST_SUITE(OpencvAgreement, OpencvModels);

TYPED_TEST(OpencvAgreement, ProjectPoints) {
  const std::vector<cv::Point3d> points = points_in_front(0.8);
  for (const auto& distortion : TypeParam::examples()) {
    std::vector<cv::Point2d> expected;
    cv::projectPoints(points, cv::Vec3d(), cv::Vec3d(), kCameraMatrix, distortion, expected);
    expect_same(projector_of(std::string(TypeParam::name), distortion), points, expected);
  }
}

TYPED_TEST(OpencvAgreement, UndistortPoints) {
  for (const auto& distortion : TypeParam::examples()) {
    const Projector projector = projector_of(std::string(TypeParam::name), distortion);
    std::vector<cv::Point2d> pixels, expected;
    for (double y = 100; y < 700; y += 50)
      for (double x = 200; x < 1100; x += 50) pixels.emplace_back(x, y);
    // OpenCV iterates until this criterion is met.
    const cv::TermCriteria criteria(cv::TermCriteria::COUNT | cv::TermCriteria::EPS, 500, 1e-12);
    cv::undistortPoints(pixels, expected, kCameraMatrix, distortion, cv::noArray(), cv::noArray(),
                        criteria);
    for (std::size_t i = 0; i < pixels.size(); ++i) {
      const auto ray = projector.unproject({pixels[i].x, pixels[i].y});
      ASSERT_TRUE(ray) << pixels[i];
      // The criterion of 1e-12, amplified by the slow convergence of the fixed-point iteration.
      ASSERT_NEAR(ray->x() / ray->z(), expected[i].x, 1e-9) << pixels[i];
      ASSERT_NEAR(ray->y() / ray->z(), expected[i].y, 1e-9) << pixels[i];
    }
  }
}

TEST(OpencvJudge, FisheyeProjectPoints) {
  const std::vector<cv::Point3d> points = points_in_front(2);
  for (const auto& distortion : Fisheye::examples()) {
    std::vector<cv::Point2d> expected;
    cv::fisheye::projectPoints(points, expected, cv::Vec3d(), cv::Vec3d(), kCameraMatrix,
                               distortion);
    expect_same(projector_of("fisheye", distortion), points, expected);
  }
}

// Sensors tilted much more than by any real adapter, in all four directions.
TEST(OpencvJudge, TiltedProjectPoints) {
  const std::vector<cv::Point3d> points = points_in_front(0.8);
  for (const double tau_x : {-0.3, 0.2}) {
    for (const double tau_y : {-0.15, 0.25}) {
      std::vector<double> distortion = Opencv14::examples()[0];
      distortion[12] = tau_x;
      distortion[13] = tau_y;
      std::vector<cv::Point2d> expected;
      cv::projectPoints(points, cv::Vec3d(), cv::Vec3d(), kCameraMatrix, distortion, expected);
      expect_same(projector_of("opencv14", distortion), points, expected);
    }
  }
}

TEST(OpencvJudge, PinholeProjectPoints) {
  const std::vector<cv::Point3d> points = points_in_front(2);
  std::vector<cv::Point2d> expected;
  cv::projectPoints(points, cv::Vec3d(), cv::Vec3d(), kCameraMatrix, cv::noArray(), expected);
  expect_same(projector_of("pinhole", {}), points, expected);
}

}  // namespace
}  // namespace calib
