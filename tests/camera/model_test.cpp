// Properties of every camera model, tested for each model in the list.

#include <gtest/gtest.h>

#include <Eigen/Geometry>
#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "camera/intrinsics.hpp"
#include "camera/model_list.hpp"

namespace calib {
namespace {

// A wide-angle lens for which every example is valid up to the corners of the image.
constexpr double kFocal = 850, kWidth = 1280, kHeight = 720;

template <class Model>
Intrinsics example_camera(const std::vector<double>& distortion) {
  Intrinsics intrinsics{std::string(Model::name), {1280, 720}, {kFocal, 840, 655.5, 348.25}};
  intrinsics.parameters.insert(intrinsics.parameters.end(), distortion.begin(), distortion.end());
  return intrinsics;
}

std::string text(const std::vector<double>& values) {
  std::string result;
  for (const double value : values) result += " " + std::to_string(value);
  return result;
}

template <class T>
struct TestTypes;
template <class... Models>
struct TestTypes<TypeList<Models...>> {
  using type = ::testing::Types<Models...>;
};
struct ModelName {
  template <class Model>
  static std::string GetName(int) {
    return std::string(Model::name);
  }
};

template <class Model>
class CameraModel : public ::testing::Test {};
TYPED_TEST_SUITE(CameraModel, TestTypes<ModelList>::type, ModelName);

TYPED_TEST(CameraModel, ExamplesFitTheParameterNames) {
  ASSERT_FALSE(TypeParam::examples().empty());
  for (const auto& distortion : TypeParam::examples()) {
    EXPECT_EQ(distortion.size(), TypeParam::distortion_names.size());
    check_intrinsics(example_camera<TypeParam>(distortion));
  }
}

TYPED_TEST(CameraModel, UnprojectThenProjectIsTheSamePixel) {
  for (const auto& distortion : TypeParam::examples()) {
    SCOPED_TRACE("distortion" + text(distortion));
    const Projector projector(example_camera<TypeParam>(distortion));
    for (double y = 0; y < kHeight; y += 23) {
      for (double x = 0; x < kWidth; x += 31) {
        const auto ray = projector.unproject({x, y});
        ASSERT_TRUE(ray) << x << " " << y;
        EXPECT_NEAR(ray->norm(), 1, 1e-14);  // rounding
        const auto pixel = projector.project(*ray);
        ASSERT_TRUE(pixel) << x << " " << y;
        // The accuracy that the header states.
        ASSERT_LT((*pixel - Eigen::Vector2d(x, y)).norm(), 1e-9) << x << " " << y;
      }
    }
  }
}

TYPED_TEST(CameraModel, ProjectThenUnprojectIsTheSameRay) {
  constexpr unsigned kSeed = 1;
  SCOPED_TRACE(::testing::Message() << "seed " << kSeed);
  std::mt19937 random(kSeed);
  std::uniform_real_distribution<double> uniform(-1, 1);
  for (const auto& distortion : TypeParam::examples()) {
    SCOPED_TRACE("distortion" + text(distortion));
    const Projector projector(example_camera<TypeParam>(distortion));
    int seen = 0;
    for (int i = 0; i < 2000; ++i) {
      const double x = uniform(random), y = uniform(random), z = uniform(random);
      const Eigen::Vector3d ray = Eigen::Vector3d(x, y, z).normalized();
      const auto pixel = projector.project(ray);
      // Rays almost parallel to the image plane project too far away for double precision.
      if (!pixel || pixel->norm() > 1e4) continue;
      ++seen;
      const auto back = projector.unproject(*pixel);
      ASSERT_TRUE(back) << ray.transpose();
      // 1e-9 px is 2e-12 rad at this focal length. Near the end of the valid region, where many
      // rays project to one pixel, the error is up to a thousand times larger.
      ASSERT_LT((*back - ray).norm(), 2e-9) << ray.transpose();
    }
    EXPECT_GT(seen, 100);
  }
}

TYPED_TEST(CameraModel, ProjectionDependsOnlyOnTheDirection) {
  for (const auto& distortion : TypeParam::examples()) {
    const Projector projector(example_camera<TypeParam>(distortion));
    const Eigen::Vector3d point(0.2, -0.1, 0.9);
    const auto near = projector.project(point), far = projector.project(1e3 * point);
    ASSERT_TRUE(near && far);
    EXPECT_LT((*near - *far).norm(), 1e-10);  // rounding of pixels of size 1e3
  }
}

TYPED_TEST(CameraModel, TheAxisProjectsToThePrincipalPoint) {
  for (const auto& distortion : TypeParam::examples()) {
    const Projector projector(example_camera<TypeParam>(distortion));
    const auto center = projector.project({0, 0, 2});
    ASSERT_TRUE(center);
    EXPECT_EQ(*center, Eigen::Vector2d(655.5, 348.25));
    const auto beside = projector.project({1e-12, 0, 2});
    ASSERT_TRUE(beside);
    EXPECT_LT((*beside - *center).norm(), 1e-8);
    const auto ray = projector.unproject(*center);
    ASSERT_TRUE(ray);
    EXPECT_LT((*ray - Eigen::Vector3d::UnitZ()).norm(), 1e-12);
  }
}

TYPED_TEST(CameraModel, XPointsRightAndYPointsDown) {
  for (const auto& distortion : TypeParam::examples()) {
    const Projector projector(example_camera<TypeParam>(distortion));
    EXPECT_GT(projector.project({0.1, 0, 1})->x(), 655.5);
    EXPECT_GT(projector.project({0, 0.1, 1})->y(), 348.25);
  }
}

TYPED_TEST(CameraModel, PointsBehindAndInvalidPointsAreRefused) {
  for (const auto& distortion : TypeParam::examples()) {
    const Projector projector(example_camera<TypeParam>(distortion));
    EXPECT_FALSE(projector.project({0, 0, -1}));
    EXPECT_FALSE(projector.project({0, 0, 0}));
    EXPECT_FALSE(projector.project({NAN, 0, 1}));
    EXPECT_FALSE(projector.project({0, 0, NAN}));
    EXPECT_FALSE(projector.unproject({NAN, 3}));
  }
}

// The distorted radius is monotonic in the valid region; unproject() is unique because of that.
TYPED_TEST(CameraModel, TheRadiusGrowsUpToTheEndOfTheValidRegion) {
  for (const auto& distortion : TypeParam::examples()) {
    SCOPED_TRACE("distortion" + text(distortion));
    double end = TypeParam::max_radius(distortion.data());
    // This region is a rectangle: max_radius() is that of its corners, but this test steps along x.
    if constexpr (std::is_same_v<TypeParam, Splined>) end = 2 * std::atan(distortion[0] / 2);
    const auto radius = [&](double r) {
      std::vector<double> radial_only = distortion;
      for (std::size_t i = 0; i < radial_only.size(); ++i) {
        // The parameters p, s and tau are not radial.
        const char kind = TypeParam::distortion_names[i].front();
        if (kind == 'p' || kind == 's' || kind == 't') radial_only[i] = 0;
      }
      const double point[3] = {TypeParam::kSeesBehind ? std::sin(r) : r, 0,
                               TypeParam::kSeesBehind ? std::cos(r) : 1};
      double shape[2] = {0, 0};
      EXPECT_TRUE(TypeParam::distort(radial_only.data(), point, shape)) << r;
      return shape[0];
    };
    double last = 0;
    for (double r = 1e-3; r < std::min(end, 20.0) - 1e-6; r += 1e-3) {
      const double value = radius(r);
      ASSERT_GT(value, last) << "at " << r << " of " << end;
      last = value;
    }
  }
}

TYPED_TEST(CameraModel, EveryInitialGuessIsAPinholeNearTheAxis) {
  const std::string model(TypeParam::name);
  const std::vector<Intrinsics> starts = starting_intrinsics(model, {1280, 720}, 800);
  ASSERT_FALSE(starts.empty());
  for (const Intrinsics& start : starts) {
    SCOPED_TRACE(model + text(start.parameters));
    check_intrinsics(start);
    const std::vector<std::string> names = parameter_names(model),
                                   tried = parameter_names(start.model);
    ASSERT_LE(tried.size(), names.size());
    EXPECT_TRUE(std::equal(tried.begin(), tried.end(), names.begin()));
    const auto beside = Projector(start).project({1e-4, -2e-4, 1});
    ASSERT_TRUE(beside);
    // The error is of third order in the angle.
    EXPECT_NEAR(beside->x(), 639.5 + 0.08, 1e-6);
    EXPECT_NEAR(beside->y(), 359.5 - 0.16, 1e-6);
  }
}

}  // namespace
}  // namespace calib
