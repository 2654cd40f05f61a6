#include "evaluate/observed_rays.hpp"

#include "base/parallel.hpp"
#include "evaluate/residuals.hpp"

namespace calib {
namespace {

RayView ray_view(const View& view, const std::string& name, const Projector& lens,
                 const RejectedSet& rejected) {
  RayView result{view, rejected.view(name, view.frame), {}};
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

Rays observed_rays(const Observations& observations, const Calibration& calibration, int jobs) {
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
  std::vector<std::optional<RayView>> views(observations.views.size());
  parallel_for(views.size(), jobs, [&](std::size_t i) {
    const View& view = observations.views[i];
    if (!lenses[view.camera]) return;
    const std::string& name = observations.cameras[view.camera].name;
    views[i] = ray_view(view, name, *lenses[view.camera], rejected);
  });
  for (std::optional<RayView>& view : views) {
    if (view) rays.views[view->camera][view->frame] = std::move(*view);
  }
  return rays;
}

std::vector<std::size_t> posed_cameras(const Rays& rays) {
  std::vector<std::size_t> posed;
  for (std::size_t i = 0; i < rays.cameras.size(); ++i) {
    if (rays.cameras[i].T_cam_rig) posed.push_back(i);
  }
  return posed;
}

}  // namespace calib
