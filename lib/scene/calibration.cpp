#include "scene/calibration.hpp"

#include <utility>

#include "base/named.hpp"
#include "base/text.hpp"

namespace calib {

void forget_covariance(Calibration& calibration) {
  calibration.covariance.reset();
  if (!calibration.world) return;
  WorldFrame& world = *calibration.world;
  Eigen::Matrix<double, WorldFrame::kCount, WorldFrame::kCount> largest;
  largest.setZero();
  for (const auto& each : world.by_calibration) {
    const auto own = (each * each.transpose()).eval();
    if (own.trace() > largest.trace()) largest = own;
  }
  world.covariance += largest;
  world.by_calibration.clear();
}

namespace {

// The errors of the world at another origin of the rig: a rotation also moves it.
void move_origin(const Eigen::Vector3d& moved_by, WorldFrame& world) {
  Eigen::Matrix<double, WorldFrame::kCount, WorldFrame::kCount> change;
  change.setIdentity();
  change.block<3, 3>(3, 0) << 0, moved_by.z(), -moved_by.y(), -moved_by.z(), 0, moved_by.x(),
      moved_by.y(), -moved_by.x(), 0;
  world.covariance = change * world.covariance * change.transpose();
}

}  // namespace

Eigen::Vector3d turned_std(const Eigen::Matrix3d& turn, const Eigen::Vector3d& std) {
  return (turn.cwiseProduct(turn) * std.cwiseProduct(std)).cwiseSqrt();
}

void reset_rig_frame(Calibration& calibration) {
  Camera* reference = find_camera(calibration, calibration.reference_camera);
  if (!reference || !reference->T_cam_rig || *reference->T_cam_rig == Pose{}) return;
  forget_covariance(calibration);
  const Pose T_new_old = *reference->T_cam_rig, T_old_new = T_new_old.inverse();
  const Eigen::Matrix3d turn = T_new_old.rotation.toRotationMatrix();
  for (Camera& camera : calibration.cameras) {
    if (camera.T_cam_rig) camera.T_cam_rig = *camera.T_cam_rig * T_old_new;
    if (camera.std.center_m) camera.std.center_m = turned_std(turn, *camera.std.center_m);
  }
  reference->T_cam_rig = Pose{};  // without rounding errors
  for (auto& [frame, T_rig_board] : calibration.frames) T_rig_board = T_new_old * T_rig_board;
  if (!calibration.world) return;
  WorldFrame& world = *calibration.world;
  move_origin(world.T_world_rig.rotation * T_old_new.translation, world);
  world.T_world_rig = world.T_world_rig * T_old_new;
}

const Camera* find_camera(const Calibration& calibration, const std::string& name) {
  return find_named(calibration.cameras, name);
}

Camera* find_camera(Calibration& calibration, const std::string& name) {
  return const_cast<Camera*>(find_camera(std::as_const(calibration), name));
}

std::string unknown_camera_text(const Calibration& calibration, const std::string& name) {
  return "there is no camera '" + name + "' in the calibration, " +
         expected_one_of(name, names_of(calibration.cameras));
}

}  // namespace calib
