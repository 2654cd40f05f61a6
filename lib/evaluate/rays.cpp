#include "evaluate/rays.hpp"

#include "evaluate/residuals.hpp"

namespace calib {
namespace {

RayView ray_view(const View& view, const std::string& name, const Projector& lens,
                 const RejectedSet& rejected) {
  RayView result{view.camera, view.frame, rejected.view(name, view.frame), {}};
  result.corners.reserve(view.corners.size());
  for (const Corner& corner : view.corners) {
    const auto ray = lens.unproject({corner.x, corner.y});
    if (!ray) continue;
    const bool out = result.rejected || rejected.corner(name, view.frame, corner.id);
    result.corners.push_back({corner.id, *ray, out});
  }
  return result;
}

}  // namespace

Rays observed_rays(const Observations& observations, const Calibration& calibration) {
  Rays rays{calibration.board, {}, {}};
  std::vector<std::optional<Projector>> lenses;
  for (const ObservedCamera& observed : observations.cameras) {
    const Camera* camera = find_camera(calibration, observed.name);
    RayCamera entry{observed.name, 0, std::nullopt};
    lenses.emplace_back();
    if (camera && camera->intrinsics) {
      lenses.back().emplace(*camera->intrinsics);
      entry.focal_px = lenses.back()->axis_focal_px();
      entry.T_cam_rig = camera->T_cam_rig;
    }
    rays.cameras.push_back(std::move(entry));
  }
  rays.views.resize(observations.cameras.size());
  const RejectedSet rejected(calibration);
  for (const View& view : observations.views) {
    if (!lenses[view.camera]) continue;
    const std::string& name = observations.cameras[view.camera].name;
    rays.views[view.camera][view.frame] = ray_view(view, name, *lenses[view.camera], rejected);
  }
  return rays;
}

}  // namespace calib
