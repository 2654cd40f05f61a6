#include "solve/restore_bundle.hpp"

#include <map>

#include "scene/rejected_set.hpp"

namespace calib {
namespace {

// The corners of a view that the calibration did not reject.
std::vector<Corner> used_corners(const View& view, const std::string& camera,
                                 const RejectedSet& rejected) {
  std::vector<Corner> corners;
  if (rejected.view(camera, view.frame)) return corners;
  for (const Corner& corner : view.corners) {
    if (!rejected.corner(camera, view.frame, corner.id)) corners.push_back(corner);
  }
  return corners;
}

}  // namespace

Bundle restore_bundle(const Observations& observations, const Calibration& calibration) {
  Bundle bundle;
  bundle.board = calibration.board;
  std::vector<int> index(observations.cameras.size(), -1);
  for (std::size_t i = 0; i < index.size(); ++i) {
    const Camera* camera = find_camera(calibration, observations.cameras[i].name);
    if (!camera || !camera->intrinsics || !camera->T_cam_rig) continue;
    index[i] = static_cast<int>(bundle.cameras.size());
    bundle.cameras.push_back({camera->name, *camera->intrinsics, *camera->T_cam_rig,
                              FreeIntrinsics::kAll, camera->name != calibration.reference_camera});
  }
  std::map<std::int64_t, int> pose_of_frame;
  for (const auto& [frame, T_rig_board] : calibration.frames) {
    pose_of_frame[frame] = static_cast<int>(bundle.board_poses.size());
    bundle.board_poses.push_back(T_rig_board);
  }
  const RejectedSet rejected(calibration);
  for (std::size_t v = 0; v < observations.views.size(); ++v) {
    const View& view = observations.views[v];
    const auto pose = pose_of_frame.find(view.frame);
    const int camera = index[static_cast<std::size_t>(view.camera)];
    if (camera < 0 || pose == pose_of_frame.end()) continue;
    BundleView entry{camera, pose->second, v,
                     used_corners(view, bundle.cameras[camera].name, rejected)};
    if (!entry.corners.empty()) bundle.views.push_back(std::move(entry));
  }
  return bundle;
}

}  // namespace calib
