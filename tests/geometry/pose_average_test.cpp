#include "geometry/pose_average.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace calib {
namespace {

constexpr unsigned kSeed = 5;

const Pose kTruth{exp_so3({0.5, -1.2, 2.0}), {0.2, -0.1, 1.5}};

Eigen::Vector3d random_vector(std::mt19937& random, double sigma) {
  std::normal_distribution<double> normal(0, sigma);
  const double x = normal(random), y = normal(random), z = normal(random);
  return {x, y, z};
}

std::vector<Pose> noisy_poses(int count, double sigma, std::mt19937& random) {
  std::vector<Pose> poses;
  for (int i = 0; i < count; ++i) {
    const Eigen::Quaterniond rotation =
        (kTruth.rotation * exp_so3(random_vector(random, sigma))).normalized();
    poses.push_back({rotation, kTruth.translation + random_vector(random, sigma)});
  }
  return poses;
}

double error(const Pose& pose) {
  return std::max(angle_between(pose.rotation, kTruth.rotation),
                  (pose.translation - kTruth.translation).norm());
}

TEST(RobustAverage, OfEqualPosesIsThatPose) {
  const std::vector<Pose> poses(7, kTruth);
  EXPECT_LT(error(robust_average(poses)), 1e-13);  // rounding errors
  EXPECT_LT(error(robust_average(std::span(poses).first(1))), 1e-13);
}

TEST(RobustAverage, OfTwoPosesLiesBetweenThem) {
  const Pose other{kTruth.rotation * exp_so3({0.1, 0, 0}), kTruth.translation};
  const Pose mean = robust_average(std::vector<Pose>{kTruth, other});
  const double sum =
      angle_between(mean.rotation, kTruth.rotation) + angle_between(mean.rotation, other.rotation);
  EXPECT_NEAR(sum, 0.1, 1e-12);  // every point between the two has the smallest sum of distances
}

TEST(RobustAverage, ReducesTheNoise) {
  constexpr int kCount = 400;
  constexpr double kSigma = 0.01;
  std::mt19937 random(kSeed);
  SCOPED_TRACE(::testing::Message() << "seed " << kSeed);
  // The geometric median of n normally distributed 3-D vectors has a standard deviation of about
  // 1.1 sigma / sqrt(n) per axis; the norm of three axes exceeds four of them in one of 1000 cases.
  EXPECT_LT(error(robust_average(noisy_poses(kCount, kSigma, random))),
            4 * 1.1 * kSigma / std::sqrt(kCount));
}

TEST(RobustAverage, WithstandsFortyPercentOutliersThatAgree) {
  std::mt19937 random(kSeed);
  SCOPED_TRACE(::testing::Message() << "seed " << kSeed);
  constexpr double kSigma = 0.001;
  std::vector<Pose> poses = noisy_poses(60, kSigma, random);
  // The worst case: all outliers are equal, here a board rotated by almost 180 degrees.
  const Pose outlier{kTruth.rotation * exp_so3({0, 0, 3.1}),
                     kTruth.translation + Eigen::Vector3d::Ones()};
  poses.insert(poses.end(), 40, outlier);
  std::shuffle(poses.begin(), poses.end(), random);
  // The unit vectors to 40 outliers can only be balanced inside the cloud of the 60 inliers.
  EXPECT_LT(error(robust_average(poses)), 3 * kSigma);
}

TEST(RobustAverage, WithstandsFortyPercentRandomOutliers) {
  constexpr double kSigma = 0.001;
  for (unsigned seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    std::vector<Pose> poses = noisy_poses(60, kSigma, random);
    for (int i = 0; i < 40; ++i)
      poses.push_back({exp_so3(random_vector(random, 2)), random_vector(random, 10)});
    std::shuffle(poses.begin(), poses.end(), random);
    // Outliers in all directions almost cancel: the error is less than the noise of one inlier.
    EXPECT_LT(error(robust_average(poses)), kSigma);
  }
}

// More poses than the subsample for the start, with the outliers spread evenly.
TEST(RobustAverage, WithstandsOutliersAmongManyPoses) {
  constexpr double kSigma = 0.001;
  std::mt19937 random(kSeed);
  std::vector<Pose> poses = noisy_poses(1000, kSigma, random);
  const Pose outlier{kTruth.rotation * exp_so3({0, 0, 3.1}),
                     kTruth.translation + Eigen::Vector3d::Ones()};
  for (std::size_t i = 0; i < poses.size(); ++i)
    if (i % 5 < 2) poses[i] = outlier;
  EXPECT_LT(error(robust_average(poses)), 3 * kSigma);
  EXPECT_LT(error(poses[most_central_rotation(poses, 15)]), 5 * kSigma);
}

TEST(RobustAverage, IsExactWhenMostPosesAgreeExactly) {
  std::mt19937 random(kSeed);
  std::vector<Pose> poses(6, kTruth);
  for (int i = 0; i < 4; ++i)
    poses.push_back({exp_so3(random_vector(random, 2)), random_vector(random, 10)});
  EXPECT_LT(error(robust_average(poses)), 1e-12);  // rounding errors
}

TEST(RobustAverage, IsEquivariantToRigidMotions) {
  std::mt19937 random(kSeed);
  const std::vector<Pose> poses = noisy_poses(31, 0.1, random);
  const Pose motion{exp_so3({-1, 0.5, 2}), {3, -2, 1}};
  std::vector<Pose> moved;
  for (const Pose& pose : poses)
    moved.push_back({motion.rotation * pose.rotation, motion * pose.translation});
  const Pose expected{motion.rotation * robust_average(poses).rotation,
                      motion * robust_average(poses).translation};
  const Pose found = robust_average(moved);
  // The iteration is the same in other coordinates: only rounding errors differ.
  EXPECT_LT(angle_between(found.rotation, expected.rotation), 1e-10);
  EXPECT_LT((found.translation - expected.translation).norm(), 1e-10);
}

// The norm of the subgradient of the sum of distances, 0 at the L1 mean: the sum of the unit
// vectors toward the poses; each pose at the mean itself can balance a vector of length 1.
double subgradient_norm(const std::vector<Eigen::Vector3d>& differences) {
  Eigen::Vector3d sum = Eigen::Vector3d::Zero();
  double at_the_mean = 0;
  for (const Eigen::Vector3d& difference : differences) {
    if (difference.norm() < 1e-5) {
      at_the_mean += 1;
    } else {
      sum += difference.normalized();
    }
  }
  return std::max(0.0, sum.norm() - at_the_mean);
}

// The iteration starts at one of the poses and must leave it.
TEST(RobustAverage, MinimizesTheSumOfDistances) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    const std::vector<Pose> poses = noisy_poses(5 + static_cast<int>(seed % 8), 0.1, random);
    const Pose mean = robust_average(poses);
    std::vector<Eigen::Vector3d> turns, shifts;
    for (const Pose& pose : poses) {
      turns.push_back(log_so3(mean.rotation.conjugate() * pose.rotation));
      shifts.push_back(pose.translation - mean.translation);
    }
    // The iteration converges linearly; this bound is about one percent of the spread.
    EXPECT_LT(subgradient_norm(turns), 0.02);
    EXPECT_LT(subgradient_norm(shifts), 0.02);
  }
}

}  // namespace
}  // namespace calib
