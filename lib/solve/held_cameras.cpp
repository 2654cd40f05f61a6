#include "solve/held_cameras.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/errors.hpp"
#include "base/named.hpp"
#include "base/text.hpp"
#include "solve/normal_equations.hpp"

namespace calib {
namespace {

bool has_pose(const Calibration& calibration, const std::string& name) {
  const Camera* camera = find_camera(calibration, name);
  return camera && camera->T_cam_rig;
}

bool is_observed(const Observations& observations, const std::string& name) {
  const auto& cameras = observations.cameras;
  return std::any_of(cameras.begin(), cameras.end(),
                     [&](const ObservedCamera& camera) { return camera.name == name; });
}

void require_known(const Calibration& old, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    require(find_camera(old, name), unknown_camera_text(old, name));
    require(has_pose(old, name),
            fmt::format("hold: '{}' has no pose in the calibration: leave it out of --hold", name));
  }
}

// Whether the calibration has the pose of a camera that is not observed.
bool has_others(const Observations& observations, const Calibration& old) {
  return std::any_of(old.cameras.begin(), old.cameras.end(), [&](const Camera& camera) {
    return camera.T_cam_rig && !is_observed(observations, camera.name);
  });
}

// The uncertainty of the old poses of held cameras: the standard deviations of the most certain
// one, which are added to those of the solved cameras.
struct OldUncertainty {
  double turn_rad = std::numeric_limits<double>::infinity(), shift_m = 0;
  Eigen::Vector3d center = Eigen::Vector3d::Zero();
};

OldUncertainty old_uncertainty(const Observations& observations, const Calibration& old,
                               const HeldCameras& held) {
  OldUncertainty least;
  for (std::size_t i = 0; i < held.pose.size(); ++i) {
    if (!held.pose[i]) continue;
    const Camera& camera = *find_camera(old, observations.cameras[i].name);
    const double turn = camera.std.rotation_rad ? camera.std.rotation_rad->maxCoeff() : 0;
    if (!(turn < least.turn_rad)) continue;
    least = {turn, camera.std.center_m ? camera.std.center_m->maxCoeff() : 0,
             camera.T_cam_rig->inverse().translation};
  }
  return least;
}

void widen(const OldUncertainty& least, Camera& camera) {
  const auto add = [](std::optional<Eigen::Vector3d>& std, double more) {
    if (std) std = (std->cwiseAbs2().array() + more * more).sqrt().matrix();
  };
  const Eigen::Vector3d center = camera.T_cam_rig->inverse().translation;
  const double shift = std::hypot(least.shift_m, least.turn_rad * (center - least.center).norm());
  add(camera.std.rotation_rad, least.turn_rad);
  add(camera.std.center_m, shift);
  add(camera.std.translation_m, std::hypot(shift, least.turn_rad * center.norm()));
}

// Makes `reference` the frame of the rig.
void move_frame(const std::string& reference, Calibration& calibration) {
  const Pose T_new_old = *find_camera(calibration, reference)->T_cam_rig;
  calibration.reference_camera = reference;
  for (Camera& camera : calibration.cameras) {
    if (!camera.T_cam_rig) continue;
    camera.T_cam_rig = camera.name == reference ? Pose{} : *camera.T_cam_rig * T_new_old.inverse();
  }
  for (auto& [frame, T_rig_board] : calibration.frames) T_rig_board = T_new_old * T_rig_board;
}

}  // namespace

bool HeldCameras::any() const { return std::find(pose.begin(), pose.end(), true) != pose.end(); }

HeldCameras find_held_cameras(const Observations& observations, const Calibration& old,
                              const ExtrinsicsOptions& options) {
  require_known(old, options.hold);
  const std::size_t count = observations.cameras.size();
  HeldCameras held{std::vector<bool>(count), std::vector<bool>(count)};
  for (std::size_t i = 0; i < count; ++i) {
    const auto& names = options.hold;
    held.pose[i] = held.lens[i] =
        std::find(names.begin(), names.end(), observations.cameras[i].name) != names.end();
  }
  const bool keeps_frame = options.keep_others || !options.hold.empty();
  if (held.any() || !keeps_frame || !has_others(observations, old)) return held;
  for (std::size_t i = 0; i < count && !held.any(); ++i) {
    const std::string& name = observations.cameras[i].name;
    const bool is_asked = options.reference.empty() || options.reference == name;
    held.pose[i] = is_asked && has_pose(old, name);
  }
  return held;
}

std::string held_reference(const Observations& observations, const HeldCameras& held,
                           const std::string& asked) {
  if (!held.any()) return asked;
  std::string first;
  for (std::size_t i = 0; i < held.pose.size(); ++i) {
    if (!held.pose[i]) continue;
    if (observations.cameras[i].name == asked) return asked;
    if (first.empty()) first = observations.cameras[i].name;
  }
  return first;
}

void move_to_old_frame(const Calibration& old, const HeldCameras& held, InitialRig& rig) {
  if (!held.any()) return;
  const auto reference = static_cast<std::size_t>(rig.reference);
  const std::vector<ObservedCamera>& cameras = rig.observations.cameras;
  if (!held.pose[reference]) {
    throw UndeterminedError(fmt::format(
        "no camera that keeps its pose sees the board together with {}: film the board where both "
        "see it",
        cameras[reference].name));
  }
  const auto old_pose = [&](std::size_t i) {
    return *find_camera(old, cameras[i].name)->T_cam_rig;
  };
  for (std::size_t i = 0; i < cameras.size(); ++i) {
    auto& pose = rig.T_cam_rig[i];
    if (pose) pose = held.pose[i] ? old_pose(i) : *pose * old_pose(reference);
  }
}

std::vector<Finding> held_disagreements(const Bundle& bundle, const HeldCameras& held, int jobs) {
  constexpr double kLeastSigmas = 6, kLeastPx = 0.25;
  std::vector<Finding> findings;
  const auto cost = [&](const Bundle& any) { return total_cost(any, {.jobs = jobs}).value_or(0); };
  const auto equations = linearize(bundle, SharedLayout(bundle), {.jobs = jobs});
  if (!equations || std::count(held.pose.begin(), held.pose.end(), true) < 2) return findings;
  const double variance = std::max(1e-12, 2 * equations->cost / equations->degrees_of_freedom());
  for (std::size_t i = 0; i < held.pose.size(); ++i) {
    if (!held.pose[i] || bundle.cameras[i].pose_free) continue;
    Bundle freed = bundle;
    freed.cameras[i].pose_free = true;
    adjust(freed, {.jobs = jobs});
    const Pose change = freed.cameras[i].T_cam_rig * bundle.cameras[i].T_cam_rig.inverse();
    const double turn = log_so3(change.rotation).norm();
    const double px = turn * Projector(bundle.cameras[i].intrinsics).axis_focal_px();
    const double sigmas = std::sqrt(std::max(0.0, 2 * (cost(bundle) - cost(freed)) / variance));
    if (sigmas < kLeastSigmas || px < kLeastPx) continue;
    findings.push_back(
        {.code = FindingCode::kHeldCameraDisagrees,
         .severity = Severity::kWarning,
         .cameras = {bundle.cameras[i].name},
         .numbers = {{"turn_mdeg", kMillidegrees * turn}, {"shift_px", px}, {"sigmas", sigmas}}});
  }
  return findings;
}

void keep_old_cameras(const Observations& observations, const Calibration& old,
                      const HeldCameras& held, Calibration& solved) {
  if (!held.any()) return;
  const OldUncertainty least = old_uncertainty(observations, old, held);
  for (Camera& camera : solved.cameras) {
    const auto at =
        std::find_if(observations.cameras.begin(), observations.cameras.end(),
                     [&](const ObservedCamera& observed) { return observed.name == camera.name; });
    const auto i = static_cast<std::size_t>(at - observations.cameras.begin());
    const bool is_seen = at != observations.cameras.end();
    const Camera* before = find_camera(old, camera.name);
    if (is_seen && !held.pose[i] && camera.T_cam_rig) widen(least, camera);
    if (!before || (is_seen && !held.pose[i])) continue;
    if (!is_seen || held.lens[i]) {
      const auto time = is_seen ? camera.time : before->time;  // Clocks are those of a recording.
      camera = *before;
      camera.time = time;
    } else {
      camera.T_cam_rig = before->T_cam_rig;
      camera.std.rotation_rad = before->std.rotation_rad;
      camera.std.translation_m = before->std.translation_m;
      camera.std.center_m = before->std.center_m;
    }
  }
  solved.reference_camera = old.reference_camera;
  const Camera* reference = find_camera(solved, solved.reference_camera);
  if (reference && reference->T_cam_rig && !(*reference->T_cam_rig == Pose{}))
    move_frame(held_reference(observations, held, ""), solved);
}

}  // namespace calib
