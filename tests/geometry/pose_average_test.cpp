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
  EXPECT_LT(error(robust_average(poses)), 1e-13);  // roundings
  EXPECT_LT(error(robust_average(std::span(poses).first(1))), 1e-13);
}

TEST(RobustAverage, OfTwoPosesLiesBetweenThem) {
  const Pose other{kTruth.rotation * exp_so3({0.1, 0, 0}), kTruth.translation};
  const Pose mean = robust_average(std::vector<Pose>{kTruth, other});
  const double sum =
      angle_between(mean.rotation, kTruth.rotation) + angle_between(mean.rotation, other.rotation);
  EXPECT_NEAR(sum, 0.1, 1e-12);  // every point between two has the least summed distance
}

TEST(RobustAverage, AveragesTheNoiseDown) {
  constexpr int kCount = 400;
  constexpr double kSigma = 0.01;
  std::mt19937 random(kSeed);
  SCOPED_TRACE(::testing::Message() << "seed " << kSeed);
  // The geometric median of n normal vectors in 3-D has a standard deviation of about 1.1 sigma /
  // sqrt(n) an axis; |e| of three axes exceeds four of them once in a thousand times.
  EXPECT_LT(error(robust_average(noisy_poses(kCount, kSigma, random))),
            4 * 1.1 * kSigma / std::sqrt(kCount));
}

TEST(RobustAverage, WithstandsFortyPercentOutliersThatAgree) {
  std::mt19937 random(kSeed);
  SCOPED_TRACE(::testing::Message() << "seed " << kSeed);
  constexpr double kSigma = 0.001;
  std::vector<Pose> poses = noisy_poses(60, kSigma, random);
  // The worst case: all outliers tell the same lie, a board turned by half a turn.
  const Pose lie{kTruth.rotation * exp_so3({0, 0, 3.1}),
                 kTruth.translation + Eigen::Vector3d::Ones()};
  poses.insert(poses.end(), 40, lie);
  std::shuffle(poses.begin(), poses.end(), random);
  // 40 unit pulls to one side are balanced where 60 inliers lean the other way: inside their cloud.
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
    // Outliers in all directions pull little: well inside one inlier's noise.
    EXPECT_LT(error(robust_average(poses)), kSigma);
  }
}

// More than are tried as starts, the wrong ones evenly among them.
TEST(RobustAverage, WithstandsOutliersAmongManyPoses) {
  constexpr double kSigma = 0.001;
  std::mt19937 random(kSeed);
  std::vector<Pose> poses = noisy_poses(1000, kSigma, random);
  const Pose lie{kTruth.rotation * exp_so3({0, 0, 3.1}),
                 kTruth.translation + Eigen::Vector3d::Ones()};
  for (std::size_t i = 0; i < poses.size(); ++i)
    if (i % 5 < 2) poses[i] = lie;
  EXPECT_LT(error(robust_average(poses)), 3 * kSigma);
  EXPECT_LT(error(poses[most_central_rotation(poses, 15)]), 5 * kSigma);
}

TEST(RobustAverage, IsExactWhenMostPosesAgreeExactly) {
  std::mt19937 random(kSeed);
  std::vector<Pose> poses(6, kTruth);
  for (int i = 0; i < 4; ++i)
    poses.push_back({exp_so3(random_vector(random, 2)), random_vector(random, 10)});
  EXPECT_LT(error(robust_average(poses)), 1e-12);  // roundings
}

TEST(RobustAverage, MovesWithThePoses) {
  std::mt19937 random(kSeed);
  const std::vector<Pose> poses = noisy_poses(31, 0.1, random);
  const Pose motion{exp_so3({-1, 0.5, 2}), {3, -2, 1}};
  std::vector<Pose> moved;
  for (const Pose& pose : poses)
    moved.push_back({motion.rotation * pose.rotation, motion * pose.translation});
  const Pose expected{motion.rotation * robust_average(poses).rotation,
                      motion * robust_average(poses).translation};
  const Pose found = robust_average(moved);
  // The iteration is the same one in other coordinates: only roundings differ.
  EXPECT_LT(angle_between(found.rotation, expected.rotation), 1e-10);
  EXPECT_LT((found.translation - expected.translation).norm(), 1e-10);
}

// How far the unit pulls toward the poses are from cancelling; a pose at the mean itself takes up
// a pull of 1 in any direction.
double imbalance(const std::vector<Eigen::Vector3d>& differences) {
  Eigen::Vector3d pull = Eigen::Vector3d::Zero();
  double taken_up = 0;
  for (const Eigen::Vector3d& difference : differences) {
    if (difference.norm() < 1e-5) {
      taken_up += 1;
    } else {
      pull += difference.normalized();
    }
  }
  return std::max(0.0, pull.norm() - taken_up);
}

// That is what makes it the L1 mean. A start at one of the poses must be left.
TEST(RobustAverage, IsWhereThePullsBalance) {
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
    // The iteration converges linearly; what is left at this pull is a hundredth of the spread.
    EXPECT_LT(imbalance(turns), 0.02);
    EXPECT_LT(imbalance(shifts), 0.02);
  }
}

}  // namespace
}  // namespace calib
