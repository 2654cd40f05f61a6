#include "geometry/pose_average.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "base/subsample.hpp"

namespace calib {
namespace {

constexpr int kIterations = 200;
constexpr double kSamePose = 1e-12;  // radians or meters
constexpr std::size_t kMostStarts = 100;

// The item with the smallest sum of distances to the others, on a subsample of at most `most`
// items.
template <class Distance>
std::size_t medoid(std::size_t count, std::size_t most, Distance distance) {
  const std::size_t step = subsample_step(count, most);
  std::size_t best = 0;
  double best_sum = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < count; i += step) {
    double sum = 0;
    for (std::size_t j = 0; j < count && sum < best_sum; j += step) sum += distance(i, j);
    if (sum < best_sum) {
      best = i;
      best_sum = sum;
    }
  }
  return best;
}

// One Weiszfeld step: the mean of the differences, each weighted by the inverse of its length. A
// pose that coincides with the mean has no direction; it shortens the step as if it pulled with a
// unit force against it (Vardi and Zhang, "The multivariate L1-median and associated data depth",
// PNAS 2000, eq. 2.6).
Eigen::Vector3d weiszfeld_step(std::span<const Eigen::Vector3d> differences) {
  Eigen::Vector3d pull = Eigen::Vector3d::Zero();
  double weights = 0, at_the_mean = 0;
  for (const Eigen::Vector3d& difference : differences) {
    const double length = difference.norm();
    if (length < kSamePose) {
      at_the_mean += 1;
    } else {
      pull += difference / length;
      weights += 1 / length;
    }
  }
  const double strength = pull.norm();
  if (strength <= at_the_mean) return Eigen::Vector3d::Zero();
  return (1 - at_the_mean / strength) / weights * pull;
}

}  // namespace

std::size_t most_central_rotation(std::span<const Pose> poses, std::size_t most) {
  return medoid(poses.size(), most, [&](auto i, auto j) {
    return angle_between(poses[i].rotation, poses[j].rotation);
  });
}

Pose robust_average(std::span<const Pose> poses) {
  Pose mean;
  mean.rotation = poses[most_central_rotation(poses, kMostStarts)].rotation;
  mean.translation = poses[medoid(poses.size(), kMostStarts, [&](auto i, auto j) {
                       return (poses[i].translation - poses[j].translation).norm();
                     })].translation;

  std::vector<Eigen::Vector3d> differences(poses.size());
  for (int k = 0; k < kIterations; ++k) {
    std::transform(poses.begin(), poses.end(), differences.begin(), [&](const Pose& pose) {
      return log_so3(mean.rotation.conjugate() * pose.rotation);
    });
    const Eigen::Vector3d turn = weiszfeld_step(differences);
    mean.rotation = (mean.rotation * exp_so3(turn)).normalized();
    std::transform(poses.begin(), poses.end(), differences.begin(),
                   [&](const Pose& pose) { return pose.translation - mean.translation; });
    const Eigen::Vector3d shift = weiszfeld_step(differences);
    mean.translation += shift;
    if (turn.norm() < kSamePose && shift.norm() < kSamePose) break;
  }
  return mean;
}

}  // namespace calib
