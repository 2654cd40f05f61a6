// The ends of the valid regions of the lens models.

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <random>

#include "camera/intrinsics.hpp"
#include "camera/model_list.hpp"

namespace calib {
namespace {

Intrinsics camera(const std::string& model, std::vector<double> distortion) {
  Intrinsics intrinsics = make_intrinsics(model, {1280, 720}, 600, 600, 639.5, 359.5);
  std::copy(distortion.begin(), distortion.end(), intrinsics.parameters.begin() + 4);
  return intrinsics;
}

// r (1 + k1 r^2) is largest at r = 1 / sqrt(-3 k1).
TEST(ValidRegion, EndsWhereBarrelDistortionFolds) {
  for (const double k1 : {-0.5, -0.3, -0.1, -0.01, -0.003, -1e-4}) {
    const double fold = 1 / std::sqrt(-3 * k1);
    const Projector projector(camera("opencv4", {k1, 0, 0, 0}));
    // The position of a maximum is determined only to the square root of double precision.
    EXPECT_TRUE(projector.project({fold * (1 - 1e-6), 0, 1})) << k1;
    EXPECT_FALSE(projector.project({fold * (1 + 1e-6), 0, 1})) << k1;
    EXPECT_FALSE(projector.project({0, 2 * fold, 1})) << k1;
  }
}

TEST(ValidRegion, HasNoEndWithoutDistortion) {
  for (const std::string model :
       {"pinhole", "opencv4", "opencv5", "opencv8", "opencv12", "opencv14"}) {
    const Projector projector(camera(model, {}));
    EXPECT_TRUE(projector.project({0, 100, 1})) << model;
    EXPECT_TRUE(projector.project({1e4, 0, 1})) << model;
    EXPECT_FALSE(projector.project({1, 0, 0})) << model;
    EXPECT_FALSE(projector.project({1, 0, -1e-9})) << model;
  }
}

TEST(ValidRegion, APixelBeyondTheFoldHasNoRay) {
  const double k1 = -0.3, fold = 1 / std::sqrt(-3 * k1);
  const Projector projector(camera("opencv4", {k1, 0, 0, 0}));
  const double reach = 600 * fold * (1 + k1 * fold * fold);
  EXPECT_TRUE(projector.unproject({639.5 + reach - 0.01, 359.5}));
  EXPECT_FALSE(projector.unproject({639.5 + reach + 0.01, 359.5}));
  EXPECT_FALSE(projector.unproject({5000, 359.5}));
}

// The formula maps two radii to the same pixel; the ray must be the one inside the valid region.
TEST(ValidRegion, TheRayIsTheOneInFrontOfTheFold) {
  constexpr unsigned kSeed = 9;
  SCOPED_TRACE(::testing::Message() << "seed " << kSeed);
  std::mt19937 random(kSeed);
  std::uniform_real_distribution<double> uniform(0, 1);
  for (int i = 0; i < 500; ++i) {
    const double k1 = 0.8 * uniform(random) - 0.5, k2 = 0.6 * uniform(random) - 0.4;
    const double k3 = 0.3 * uniform(random) - 0.2;
    const double k[5] = {k1, k2, 0, 0, k3};
    const double end = std::min(Opencv5::max_radius(k), 2.0);
    const Projector projector(camera("opencv5", {k1, k2, 0, 0, k3}));
    for (const double part : {0.1, 0.5, 0.9, 0.99}) {
      const Eigen::Vector3d ray = Eigen::Vector3d(0.6 * part * end, -0.8 * part * end, 1);
      const auto pixel = projector.project(ray);
      ASSERT_TRUE(pixel) << k1 << " " << k2 << " " << k3 << " at " << part * end;
      const auto back = projector.unproject(*pixel);
      ASSERT_TRUE(back) << k1 << " " << k2 << " " << k3 << " at " << part * end << " of " << end;
      // 1e-9 px over the focal length, and a hundred times more near the end of the valid region.
      ASSERT_LT((*back - ray.normalized()).norm(), 1e-9) << k1 << " " << k2 << " " << k3;
    }
  }
}

TEST(ValidRegion, EndsBeforeThePoleOfTheRationalModel) {
  // 1 + k4 r^2 is zero at r = 2.
  const double k[8] = {0, 0, 0, 0, 0, -0.25, 0, 0};
  EXPECT_LE(Opencv8::max_radius(k), 2);
  EXPECT_GT(Opencv8::max_radius(k), 1.9);
  const Projector projector(camera("opencv8", {0, 0, 0, 0, 0, -0.25, 0, 0}));
  EXPECT_TRUE(projector.project({1.9, 0, 1}));
  EXPECT_FALSE(projector.project({2.1, 0, 1}));
  EXPECT_FALSE(projector.project({3, 0, 1}));
}

TEST(FisheyeRegion, SeesBeyondNinetyDegrees) {
  const Projector projector(camera("fisheye", {0, 0, 0, 0}));
  for (const double degrees : {60.0, 89.999, 90.0, 90.001, 100.0, 135.0, 170.0}) {
    const double theta = degrees * std::numbers::pi / 180;
    const Eigen::Vector3d ray(std::sin(theta) * 0.6, std::sin(theta) * 0.8, std::cos(theta));
    const auto pixel = projector.project(ray);
    ASSERT_TRUE(pixel) << degrees;
    // Equidistant: the radius is proportional to the angle.
    EXPECT_NEAR((*pixel - Eigen::Vector2d(639.5, 359.5)).norm(), 600 * theta, 1e-9) << degrees;
    const auto back = projector.unproject(*pixel);
    ASSERT_TRUE(back) << degrees;
    EXPECT_LT((*back - ray).norm(), 1e-11) << degrees;  // 1e-9 px over 600 px, with a margin
  }
}

TEST(FisheyeRegion, EndsWhereTheRadiusStopsGrowing) {
  // theta (1 + k1 theta^2) is largest at theta = 1 / sqrt(-3 k1) = 1.29: 74 degrees.
  const double k1 = -0.2, fold = 1 / std::sqrt(-3 * k1);
  const Projector projector(camera("fisheye", {k1, 0, 0, 0}));
  const auto ray = [](double theta) {
    return Eigen::Vector3d(0, std::sin(theta), std::cos(theta));
  };
  EXPECT_TRUE(projector.project(ray(fold - 1e-6)));
  EXPECT_FALSE(projector.project(ray(fold + 1e-6)));
  EXPECT_FALSE(projector.project(ray(2.5)));
}

}  // namespace
}  // namespace calib
