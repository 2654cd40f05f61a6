#include "geometry/pose.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

namespace calib {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr unsigned kPoseSeed = 3;

// A few rounding errors of numbers between 1 and 10.
constexpr double kRounding = 1e-13;

Eigen::Vector3d uniform_vector(std::mt19937& random, double size) {
  std::uniform_real_distribution<double> uniform(-size, size);
  const double x = uniform(random), y = uniform(random), z = uniform(random);
  return {x, y, z};
}

Pose random_pose(std::mt19937& random) {
  const Eigen::Quaterniond rotation = exp_so3(uniform_vector(random, 2));
  return {rotation, uniform_vector(random, 5)};
}

double difference(const Pose& a, const Pose& b) {
  return std::max(angle_between(a.rotation, b.rotation), (a.translation - b.translation).norm());
}

class PoseLaws : public ::testing::Test {
 protected:
  PoseLaws() : trace_(__FILE__, __LINE__, ::testing::Message() << "seed " << kPoseSeed) {}
  std::mt19937 random_{kPoseSeed};

 private:
  ::testing::ScopedTrace trace_;
};

TEST_F(PoseLaws, InverseUndoes) {
  for (int i = 0; i < 100; ++i) {
    const Pose pose = random_pose(random_);
    EXPECT_LT(difference(pose * pose.inverse(), Pose{}), kRounding);
    EXPECT_LT(difference(pose.inverse() * pose, Pose{}), kRounding);
    EXPECT_LT(difference(pose.inverse().inverse(), pose), kRounding);
  }
}

TEST_F(PoseLaws, CompositionAppliesOnePoseAfterTheOther) {
  for (int i = 0; i < 100; ++i) {
    const Pose T_a_b = random_pose(random_), T_b_c = random_pose(random_);
    const Eigen::Vector3d p_c = uniform_vector(random_, 5);
    const Eigen::Vector3d p_a = T_a_b * (T_b_c * p_c);
    EXPECT_LT(((T_a_b * T_b_c) * p_c - p_a).norm(), kRounding);
  }
}

TEST_F(PoseLaws, CompositionIsAssociativeWithAnIdentity) {
  for (int i = 0; i < 100; ++i) {
    const Pose a = random_pose(random_), b = random_pose(random_), c = random_pose(random_);
    EXPECT_LT(difference((a * b) * c, a * (b * c)), kRounding);
    EXPECT_LT(difference(a * Pose{}, a), kRounding);
    EXPECT_LT(difference(Pose{} * a, a), kRounding);
  }
}

TEST_F(PoseLaws, KeepsDistances) {
  for (int i = 0; i < 100; ++i) {
    const Pose pose = random_pose(random_);
    const Eigen::Vector3d p = uniform_vector(random_, 5), q = uniform_vector(random_, 5);
    EXPECT_NEAR((pose * p - pose * q).norm(), (p - q).norm(), kRounding);
  }
}

TEST_F(PoseLaws, MatrixAgreesWithThePose) {
  for (int i = 0; i < 100; ++i) {
    const Pose pose = random_pose(random_);
    const Eigen::Vector3d p = uniform_vector(random_, 5);
    EXPECT_LT(((pose.matrix() * p.homogeneous()).head<3>() - pose * p).norm(), kRounding);
    EXPECT_LT(difference(pose_from_matrix(pose.matrix()), pose), kRounding);
    EXPECT_LT(rigidity_error(pose.matrix()), kRounding);
  }
}

TEST_F(PoseLaws, StaysARotationThroughALongChain) {
  Pose chain;
  for (int i = 0; i < 10'000; ++i) chain = chain * random_pose(random_);
  EXPECT_LT(rigidity_error(chain.matrix()), kRounding);
}

TEST(So3, RotationsAreRightHanded) {
  const Eigen::Vector3d turned = exp_so3({0, 0, kPi / 2}) * Eigen::Vector3d::UnitX();
  EXPECT_LT((turned - Eigen::Vector3d::UnitY()).norm(), kRounding);
}

// Angles at which a naive formula divides 0 by 0, loses precision, or flips the axis.
TEST(So3, LogUndoesExpFromZeroToPi) {
  const Eigen::Vector3d axes[] = {Eigen::Vector3d::UnitX(), -Eigen::Vector3d::UnitZ(),
                                  Eigen::Vector3d(1, -2, 3).normalized()};
  for (const Eigen::Vector3d& axis : axes) {
    for (const double angle : {0.0, 1e-300, 1e-16, 1e-10, 0.9e-9, 1.1e-9, 3e-9, 0.9e-6, 1.1e-6,
                               1e-4, 0.1, 1.0, 3.0, kPi - 1e-4, kPi - 1e-8, kPi - 1e-12}) {
      const Eigen::Vector3d back = log_so3(exp_so3(angle * axis));
      // The bound is relative for small angles: a step of 1e-10 rad must not be rounded to 0.
      EXPECT_LT((back - angle * axis).norm(), 1e-15 + 1e-14 * angle) << angle;
    }
  }
}

TEST(So3, LogOfAHalfTurnIsOneOfItsTwoVectors) {
  const Eigen::Vector3d axis = Eigen::Vector3d(2, -1, 0.5).normalized();
  const Eigen::Vector3d back = log_so3(exp_so3(kPi * axis));
  EXPECT_NEAR(back.norm(), kPi, kRounding);
  EXPECT_NEAR(std::abs(back.normalized().dot(axis)), 1, kRounding);
}

TEST(So3, LogIsTheShorterRotationForBothSignsOfTheQuaternion) {
  const Eigen::Quaterniond q = exp_so3({0.3, -0.2, 0.1});
  const Eigen::Quaterniond minus_q(-q.coeffs());
  EXPECT_LT((log_so3(q) - log_so3(minus_q)).norm(), kRounding);
  EXPECT_NEAR(log_so3(exp_so3({0, 0, kPi + 0.1})).z(), -(kPi - 0.1), kRounding);
  EXPECT_LT(log_so3(Eigen::Quaterniond(-1, 0, 0, 0)).norm(), kRounding);
}

TEST(So3, AngleBetweenIsAMetric) {
  const Eigen::Quaterniond a = exp_so3({0.1, 0, 0}), b = exp_so3({-0.2, 0, 0});
  EXPECT_NEAR(angle_between(a, b), 0.3, kRounding);
  EXPECT_NEAR(angle_between(b, a), 0.3, kRounding);
  EXPECT_EQ(angle_between(a, Eigen::Quaterniond(-a.coeffs())), 0);
}

TEST(PoseFromMatrix, TakesTheNearestRotation) {
  // A rotation matrix rounded to three decimals.
  Eigen::Matrix4d matrix = Pose{exp_so3({0.4, -0.3, 0.2}), {1, 2, 3}}.matrix();
  Eigen::Matrix4d rounded = (matrix * 1000).array().round() / 1000;
  const Pose pose = pose_from_matrix(rounded);
  EXPECT_LT(rigidity_error(pose.matrix()), kRounding);
  // Each of nine entries is off by at most 0.0005.
  EXPECT_LT((pose.matrix() - matrix).norm(), 3 * 0.0005);
  EXPECT_GT(rigidity_error(rounded), 1e-5);
}

TEST(PoseFromMatrix, NeverGivesAReflection) {
  Eigen::Matrix4d mirror = Eigen::Matrix4d::Identity();
  mirror(2, 2) = -1;
  EXPECT_LT(rigidity_error(pose_from_matrix(mirror).matrix()), kRounding);
}

TEST(RigidityError, SeesScaleMirrorShearAndLastRow) {
  Eigen::Matrix4d matrix = Eigen::Matrix4d::Identity();
  EXPECT_EQ(rigidity_error(matrix), 0);
  matrix.topLeftCorner<3, 3>() *= 1.01;
  EXPECT_GT(rigidity_error(matrix), 0.01);
  matrix = Eigen::Vector4d(1, 1, -1, 1).asDiagonal();
  EXPECT_NEAR(rigidity_error(matrix), 2, kRounding);
  matrix.setIdentity();
  matrix(0, 1) = 0.02;
  EXPECT_NEAR(rigidity_error(matrix), 0.02, kRounding);
  matrix.setIdentity();
  matrix(3, 0) = 0.5;
  EXPECT_NEAR(rigidity_error(matrix), 0.5, kRounding);
}

}  // namespace
}  // namespace calib
