#include "synth/arrangement.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace calib {
namespace {

std::vector<Eigen::Vector3d> grid_places(int count, int columns, double baseline_m) {
  const int rows = (count + columns - 1) / columns;
  std::vector<Eigen::Vector3d> places;
  for (int i = 0; i < count; ++i) {
    places.emplace_back(baseline_m * (i % columns - (columns - 1) / 2.0),
                        baseline_m * (i / columns - (rows - 1) / 2.0), 0.0);
  }
  return places;
}

double widest_gap(const std::vector<Eigen::Vector3d>& places) {
  double widest = 0;
  for (const Eigen::Vector3d& a : places) {
    for (const Eigen::Vector3d& b : places) widest = std::max(widest, (a - b).norm());
  }
  return widest;
}

// The angle between neighbors. Two or three cameras stand a quarter circle apart, because with a
// larger angle no two of them could see the same side of a board.
double ring_step(int count) { return 2 * std::numbers::pi / std::max(count, 4); }

// A board that is seen obliquely extends toward the camera, and therefore needs a larger distance.
double ring_radius(int count, double baseline_m, double distance) {
  return std::max(1.4 * distance, baseline_m / (2 * std::sin(ring_step(count) / 2)));
}

// Around the origin, with camera 0 at -z.
std::vector<Eigen::Vector3d> ring_places(int count, double radius) {
  std::vector<Eigen::Vector3d> places;
  for (int i = 0; i < count; ++i) {
    const double angle = ring_step(count) * i;
    places.emplace_back(radius * std::sin(angle), 0.0, -radius * std::cos(angle));
  }
  return places;
}

std::vector<std::vector<int>> ring_groups(int count) {
  if (count == 1) return {{0}};
  std::vector<std::vector<int>> pairs;
  for (int i = 0; i + 1 < count; ++i) pairs.push_back({i, i + 1});
  if (count >= 4) pairs.push_back({count - 1, 0});
  return pairs;
}

Eigen::Vector3d normal_vector(Random& random, double sigma) {
  const double x = random.normal(), y = random.normal(), z = random.normal();
  return sigma * Eigen::Vector3d(x, y, z);
}

Pose disturbed(const Pose& pose, double baseline_m, Random& random) {
  constexpr double kTurn = 0.5 * std::numbers::pi / 180, kShift = 0.02;
  const Eigen::Vector3d turn = normal_vector(random, kTurn);
  const Eigen::Vector3d shift = normal_vector(random, kShift * baseline_m);
  return pose * Pose{exp_so3(turn), shift};
}

}  // namespace

Pose looking_at(const Eigen::Vector3d& place, const Eigen::Vector3d& target,
                const Eigen::Vector3d& down) {
  const Eigen::Vector3d z = (target - place).normalized();
  const Eigen::Vector3d x = down.cross(z).normalized();
  Eigen::Matrix3d axes;
  axes << x, z.cross(x), z;
  return {Eigen::Quaterniond(axes), place};
}

Arrangement arrange(RigShape shape, int count, double baseline_m, double distance, Random& random) {
  Arrangement result;
  std::vector<Eigen::Vector3d> places;
  Eigen::Vector3d target = Eigen::Vector3d::Zero();
  if (shape == RigShape::kRing) {
    result.distance = ring_radius(count, baseline_m, distance);
    result.groups = ring_groups(count);
    places = ring_places(count, result.distance);
  } else {
    const int columns = shape == RigShape::kLine
                            ? count
                            : static_cast<int>(std::ceil(std::sqrt(static_cast<double>(count))));
    places = grid_places(count, columns, baseline_m);
    result.distance = std::max(distance, widest_gap(places));
    std::vector<int> all(static_cast<std::size_t>(count));
    std::iota(all.begin(), all.end(), 0);
    result.groups = {all};
    target.z() = result.distance;
  }
  for (const Eigen::Vector3d& place : places) {
    result.T_world_cam.push_back(
        disturbed(looking_at(place, target, Eigen::Vector3d::UnitY()), baseline_m, random));
  }
  return result;
}

}  // namespace calib
