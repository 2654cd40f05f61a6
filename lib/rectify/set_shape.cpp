#include "rectify/set_shape.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "geometry/small_systems.hpp"
#include "rectify/rectify.hpp"

namespace calib {
namespace {

// Rotations in, and centers seen from, the first camera.
struct Mounts {
  std::vector<Eigen::Quaterniond> R_first_cam;
  std::vector<Eigen::Vector3d> center;
};

Mounts mounts_of(const std::vector<const Camera*>& cameras) {
  Mounts mounts;
  for (const Camera* camera : cameras) {
    const Pose T_first_cam = *cameras.front()->T_cam_rig * camera->T_cam_rig->inverse();
    mounts.R_first_cam.push_back(T_first_cam.rotation);
    mounts.center.push_back(T_first_cam.translation);
  }
  return mounts;
}

// Karcher's mean; for two, half of the way between them.
Eigen::Quaterniond mean_rotation(const std::vector<Eigen::Quaterniond>& rotations) {
  Eigen::Quaterniond mean = rotations.front();
  for (int iteration = 0; iteration < 50; ++iteration) {
    Eigen::Vector3d step = Eigen::Vector3d::Zero();
    for (const Eigen::Quaterniond& rotation : rotations)
      step += log_so3(mean.conjugate() * rotation) / static_cast<double>(rotations.size());
    mean = (mean * exp_so3(step)).normalized();
    if (step.norm() < 1e-15) break;
  }
  return mean;
}

std::vector<SetShape::Pair> neighbors(const std::vector<const Camera*>& cameras) {
  if (cameras.size() == 2) return {{0, 1}};
  Calibration alone;
  for (const Camera* camera : cameras) alone.cameras.push_back(*camera);
  const auto index = [&](const std::string& name) {
    return static_cast<std::size_t>(find_camera(alone, name) - alone.cameras.data());
  };
  std::vector<SetShape::Pair> pairs;
  for (const auto& [first, second] : adjacent_pairs(alone))
    pairs.push_back({index(first), index(second)});
  return pairs;
}

std::vector<Eigen::Vector3d> baselines(const std::vector<SetShape::Pair>& pairs,
                                       const Mounts& mounts,
                                       const Eigen::Quaterniond& R_mid_first) {
  std::vector<Eigen::Vector3d> all;
  for (const SetShape::Pair& pair : pairs)
    all.push_back(R_mid_first * (mounts.center[pair.second] - mounts.center[pair.first]));
  return all;
}

bool is_vertical(const Eigen::Vector3d& baseline) {
  return !(std::abs(baseline.x()) > std::abs(baseline.y()));
}

// Cameras in one line are all a row or all a column, also where the line leans near 45 degrees.
// Nothing when they are not in one line.
std::optional<bool> common_label(const std::vector<Eigen::Vector3d>& baselines) {
  constexpr double kLeastCosine = 0.9;
  Eigen::Vector3d sum = Eigen::Vector3d::Zero();
  for (const Eigen::Vector3d& baseline : baselines) {
    const double cosine = baselines.front().normalized().dot(baseline.normalized());
    if (std::abs(cosine) < kLeastCosine) return std::nullopt;
    sum += std::copysign(1, cosine) * baseline;
  }
  return is_vertical(sum);
}

// The turn that brings `rightward` to x and `downward` to y as nearly as one rotation can; either
// may be zero.
Eigen::Matrix3d levelling_turn(const Eigen::Vector3d& rightward, const Eigen::Vector3d& downward) {
  if (downward.isZero(0))
    return turn_between(rightward, Eigen::Vector3d::UnitX()).toRotationMatrix();
  if (rightward.isZero(0))
    return turn_between(downward, Eigen::Vector3d::UnitY()).toRotationMatrix();
  const Eigen::Matrix3d wanted = Eigen::Vector3d::UnitX() * rightward.transpose() +
                                 Eigen::Vector3d::UnitY() * downward.transpose();
  return nearest_rotation(wanted);
}

}  // namespace

double SetShape::along_m(const Pair& pair) const {
  return (offset_m[pair.second] - offset_m[pair.first])[pair.vertical ? 1 : 0];
}

SetShape set_shape(const std::vector<const Camera*>& cameras) {
  const Mounts mounts = mounts_of(cameras);
  const Eigen::Quaterniond R_mid_first = mean_rotation(mounts.R_first_cam).conjugate();
  SetShape shape;
  shape.pairs = neighbors(cameras);
  const std::optional<bool> line = common_label(baselines(shape.pairs, mounts, R_mid_first));
  // Weighted by their length, since a turn moves a far camera further off its row.
  Eigen::Vector3d rightward = Eigen::Vector3d::Zero(), downward = rightward;
  for (SetShape::Pair& pair : shape.pairs) {
    const Eigen::Vector3d baseline =
        R_mid_first * (mounts.center[pair.second] - mounts.center[pair.first]);
    pair.vertical = line.value_or(is_vertical(baseline));
    const double along = pair.vertical ? baseline.y() : baseline.x();
    (pair.vertical ? downward : rightward) += std::copysign(baseline.norm(), along) * baseline;
  }
  const Eigen::Matrix3d R_rect_first =
      levelling_turn(rightward, downward) * R_mid_first.toRotationMatrix();
  for (std::size_t i = 0; i < cameras.size(); ++i) {
    shape.R_rect_cam.push_back(R_rect_first * mounts.R_first_cam[i].toRotationMatrix());
    shape.offset_m.push_back(-(R_rect_first * mounts.center[i]));
  }
  if (cameras.size() == 2) {  // exact by construction: rounding goes
    const int axis = shape.pairs[0].vertical ? 1 : 0;
    const double along = shape.offset_m[1][axis];
    shape.offset_m[1] = std::copysign(mounts.center[1].norm(), along) * Eigen::Vector3d::Unit(axis);
  }
  return shape;
}

}  // namespace calib
