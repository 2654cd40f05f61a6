#include "rectify/common_frame.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "geometry/small_systems.hpp"
#include "rectify/rectify.hpp"

namespace calib {
namespace {

// T_first_cam of each camera.
std::vector<Pose> poses_in_first(const std::vector<const Camera*>& cameras) {
  std::vector<Pose> poses;
  for (const Camera* camera : cameras)
    poses.push_back(*cameras.front()->T_cam_rig * camera->T_cam_rig->inverse());
  return poses;
}

// The Karcher mean of the rotations; that of two rotations is halfway between them.
Eigen::Quaterniond mean_rotation(const std::vector<Pose>& poses) {
  Eigen::Quaterniond mean = poses.front().rotation;
  for (int iteration = 0; iteration < 50; ++iteration) {
    Eigen::Vector3d step = Eigen::Vector3d::Zero();
    for (const Pose& pose : poses)
      step += log_so3(mean.conjugate() * pose.rotation) / static_cast<double>(poses.size());
    mean = (mean * exp_so3(step)).normalized();
    if (step.norm() < 1e-15) break;
  }
  return mean;
}

std::vector<CommonFrame::Pair> neighbors(const std::vector<const Camera*>& cameras) {
  if (cameras.size() == 2) return {{0, 1}};
  Calibration alone;
  for (const Camera* camera : cameras) alone.cameras.push_back(*camera);
  const auto index = [&](const std::string& name) {
    return static_cast<std::size_t>(find_camera(alone, name) - alone.cameras.data());
  };
  std::vector<CommonFrame::Pair> pairs;
  for (const auto& [first, second] : adjacent_pairs(alone))
    pairs.push_back({index(first), index(second)});
  return pairs;
}

// The vectors between the centers of the cameras of each pair, in the mean frame.
std::vector<Eigen::Vector3d> baselines(const std::vector<CommonFrame::Pair>& pairs,
                                       const std::vector<Pose>& T_first_cam,
                                       const Eigen::Quaterniond& R_mid_first) {
  std::vector<Eigen::Vector3d> all;
  for (const CommonFrame::Pair& pair : pairs)
    all.push_back(R_mid_first *
                  (T_first_cam[pair.second].translation - T_first_cam[pair.first].translation));
  return all;
}

bool is_vertical(const Eigen::Vector3d& baseline) {
  return !(std::abs(baseline.x()) > std::abs(baseline.y()));
}

// Cameras in one line all form a row (false) or all form a column (true), even if the line is
// inclined by about 45 degrees. Returns nullopt if they are not in one line.
std::optional<bool> is_column(const std::vector<Eigen::Vector3d>& baselines) {
  constexpr double kLeastCosine = 0.9;
  Eigen::Vector3d sum = Eigen::Vector3d::Zero();
  for (const Eigen::Vector3d& baseline : baselines) {
    const double cosine = baselines.front().normalized().dot(baseline.normalized());
    if (std::abs(cosine) < kLeastCosine) return std::nullopt;
    sum += std::copysign(1, cosine) * baseline;
  }
  return is_vertical(sum);
}

// The rotation that best aligns `rightward` with x and `downward` with y. One of the two may be
// zero.
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

double CommonFrame::along_m(const Pair& pair) const {
  return (offset_m[pair.second] - offset_m[pair.first])[pair.vertical ? 1 : 0];
}

CommonFrame common_frame(const std::vector<const Camera*>& cameras) {
  const std::vector<Pose> T_first_cam = poses_in_first(cameras);
  const Eigen::Quaterniond R_mid_first = mean_rotation(T_first_cam).conjugate();
  CommonFrame frame;
  frame.pairs = neighbors(cameras);
  const std::vector<Eigen::Vector3d> lines = baselines(frame.pairs, T_first_cam, R_mid_first);
  const std::optional<bool> column = is_column(lines);
  // Baselines are weighted by their length, because a rotation moves distant cameras further.
  Eigen::Vector3d rightward = Eigen::Vector3d::Zero(), downward = rightward;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const bool vertical = frame.pairs[i].vertical = column.value_or(is_vertical(lines[i]));
    const double along = vertical ? lines[i].y() : lines[i].x();
    (vertical ? downward : rightward) += std::copysign(lines[i].norm(), along) * lines[i];
  }
  const Eigen::Matrix3d R_rect_first =
      levelling_turn(rightward, downward) * R_mid_first.toRotationMatrix();
  for (const Pose& pose : T_first_cam) {
    frame.R_rect_cam.push_back(R_rect_first * pose.rotation.toRotationMatrix());
    frame.offset_m.push_back(-(R_rect_first * pose.translation));
  }
  if (cameras.size() == 2) {  // Removes rounding errors: the offset is along one axis.
    const int axis = frame.pairs[0].vertical ? 1 : 0;
    const double along = frame.offset_m[1][axis];
    frame.offset_m[1] =
        std::copysign(T_first_cam[1].translation.norm(), along) * Eigen::Vector3d::Unit(axis);
  }
  return frame;
}

}  // namespace calib
