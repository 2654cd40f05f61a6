#include "solve/joint_covariance.hpp"

#include <gtest/gtest.h>

#include <random>

namespace calib {
namespace joint_covariance_test {

Eigen::MatrixXd product_of(const JointCovariance::Factor& factor) {
  const Eigen::MatrixXd root = factor.std.asDiagonal() * factor.rows;
  return root * root.transpose();
}

Eigen::MatrixXd random_root(int rows, int columns) {
  std::mt19937 random(3);
  std::normal_distribution<double> normal(0, 1);
  return Eigen::MatrixXd::NullaryExpr(rows, columns, [&] { return normal(random); });
}

TEST(CovarianceFactor, IsTheRootOfTheCovariance) {
  for (const int rank : {8, 20}) {  // singular, and regular
    Eigen::MatrixXd root = random_root(12, rank);
    root.row(3) *= 1e-6;  // parameters have different units
    const Eigen::MatrixXd covariance = root * root.transpose();
    const JointCovariance::Factor factor = covariance_factor(covariance);
    const Eigen::VectorXd scale = covariance.diagonal().cwiseSqrt().cwiseInverse();
    const Eigen::MatrixXd error =
        scale.asDiagonal() * (product_of(factor) - covariance) * scale.asDiagonal();
    // Its numbers are rounded to 1e-7.
    EXPECT_LT(error.cwiseAbs().maxCoeff(), 1e-6) << rank;
  }
}

TEST(CovarianceFactor, KeepsSmallDifferencesOfCorrelatedParameters) {
  // Two parameters whose difference is known ten thousand times better than each of them.
  Eigen::Matrix2d covariance;
  covariance << 1, 1 - 0.5e-8, 1 - 0.5e-8, 1;
  const Eigen::MatrixXd found = product_of(covariance_factor(covariance));
  const double variance = found(0, 0) + found(1, 1) - 2 * found(0, 1);
  EXPECT_NEAR(variance, 1e-8, 1e-10);
}

}  // namespace joint_covariance_test
}  // namespace calib
