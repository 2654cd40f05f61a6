#include "geometry/small_systems.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "geometry/pose.hpp"

namespace calib {
namespace {

TEST(SmallSystems, SolvesNormalEquations) {
  Eigen::Matrix<double, 8, 6> rows;
  for (int i = 0; i < 8; ++i) {
    for (int j = 0; j < 6; ++j) rows(i, j) = std::sin(1 + 3 * i * i + 7 * j * i + j * j);
  }
  const Eigen::Matrix<double, 6, 1> x = Eigen::Matrix<double, 6, 1>::LinSpaced(-1, 2);
  const Eigen::Matrix<double, 6, 6> normal = rows.transpose() * rows;
  const Eigen::Matrix<double, 6, 1> right = normal * x;
  EXPECT_LT((solve_normal(normal, right) - x).norm(), 1e-10);
  const Eigen::Matrix3d scales = Eigen::Vector3d(1, 2, 4).asDiagonal();
  EXPECT_LT((solve_normal(scales, {1, 1, 1}) - Eigen::Vector3d(1, 0.5, 0.25)).norm(), 1e-15);
}

TEST(SmallSystems, NullDirectionNeedsAOneDimensionalNullSpace) {
  Eigen::Matrix<double, 9, 9> normal = Eigen::Matrix<double, 9, 9>::Identity();
  normal(4, 4) = 0;
  const auto direction = null_direction(normal, 1e-9);
  ASSERT_TRUE(direction);
  EXPECT_NEAR(std::abs((*direction)[4]), 1, 1e-12);
  normal(7, 7) = 1e-10;
  EXPECT_FALSE(null_direction(normal, 1e-9));
}

TEST(SmallSystems, TheNearestRotationIsRightHanded) {
  const Eigen::Matrix3d rotation = exp_so3({0.3, -1.1, 0.7}).toRotationMatrix();
  EXPECT_LT((nearest_rotation(3 * rotation) - rotation).norm(), 1e-14);
  const Eigen::Matrix3d mirror =
      nearest_rotation(Eigen::Vector3d(1, 2, -0.5).asDiagonal().toDenseMatrix());
  EXPECT_NEAR(mirror.determinant(), 1, 1e-14);
  EXPECT_LT((mirror - Eigen::Matrix3d::Identity()).norm(), 1e-14)
      << "the axis of the smallest singular value is flipped";
}

TEST(SmallSystems, TurnBetweenRotatesOneDirectionToAnother) {
  const Eigen::Vector3d from(1, 2, 3), to(-2, 0.5, 1);
  EXPECT_LT((turn_between(from, to) * from.normalized() - to.normalized()).norm(), 1e-14);
  EXPECT_LT((turn_between(from, -from) * from + from).norm(), 1e-12) << "a half turn";
}

}  // namespace
}  // namespace calib
