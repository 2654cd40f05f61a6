#include "solve/rig_bundle.hpp"

#include <cmath>
#include <map>
#include <utility>

#include "geometry/pose_average.hpp"
#include "solve/board_pose.hpp"

namespace calib {

Bundle make_bundle(const InitialRig& rig, const Calibration& calibration, const HeldCameras& held,
                   const ExtrinsicsOptions& options) {
  const Observations& observations = rig.observations;
  const std::vector<std::optional<Pose>>& T_cam_rig = rig.T_cam_rig;
  Bundle bundle;
  bundle.board = observations.board;
  if (!options.shape.exact_board) bundle.board.shape = calibration.board.shape;
  for (std::size_t i = 0; i < observations.cameras.size(); ++i) {
    const ObservedCamera& observed = observations.cameras[i];
    const auto& lens = find_camera(calibration, observed.name)->intrinsics;
    const double width = observed.image_size.width;
    bundle.cameras.push_back(
        {observed.name,
         lens.value_or(make_intrinsics("pinhole", observed.image_size, width, width, 0, 0)),
         T_cam_rig[i].value_or(Pose{}),
         options.fix_intrinsics || held.lens[i] || !T_cam_rig[i] ? FreeIntrinsics::kNone
                                                                 : FreeIntrinsics::kAll,
         static_cast<int>(i) != rig.reference && !held.pose[i] && T_cam_rig[i].has_value()});
  }
  std::map<std::int64_t, std::vector<Pose>> T_rig_board;
  for (const ViewWithPose& view : rig.views) {
    const auto& pose = T_cam_rig[static_cast<std::size_t>(view.camera)];
    if (pose) T_rig_board[view.frame].push_back(pose->inverse() * view.T_cam_board);
  }
  std::map<std::int64_t, int> pose_index;
  for (const auto& [frame, poses] : T_rig_board) {
    pose_index[frame] = static_cast<int>(bundle.board_poses.size());
    bundle.board_poses.push_back(robust_average(poses));
  }
  for (const ViewWithPose& view : rig.views) {
    if (!T_cam_rig[static_cast<std::size_t>(view.camera)]) continue;
    bundle.views.push_back({view.camera, pose_index.at(view.frame), view.observed_view,
                            observations.views[view.observed_view].corners});
  }
  return bundle;
}

void reject_impossible_views(Bundle& bundle, InitialRig& rig, int jobs) {
  const auto errors = reprojection_errors(bundle, bundle.views, jobs);
  std::vector<BundleView> possible;
  for (std::size_t i = 0; i < errors.size(); ++i) {
    BundleView& view = bundle.views[i];
    if (std::isfinite(rms(errors[i]))) {
      possible.push_back(std::move(view));
      continue;
    }
    rig.rejected.push_back({bundle.cameras[static_cast<std::size_t>(view.camera)].name,
                            rig.observations.views[view.observed_view].frame, std::nullopt,
                            "the other cameras see the board where this one cannot"});
  }
  bundle.views = std::move(possible);
}

}  // namespace calib
