#include "pipeline/alignment.hpp"

#include <cmath>
#include <map>

#include "evaluate/residuals.hpp"

namespace calib {
namespace {

// Frame and corner to rectified pixel.
using Corners = std::map<std::pair<std::int64_t, int>, Eigen::Vector2d>;

Corners rectified_corners(const Observations& observations, const Calibration& calibration,
                          const RectifiedSet& set, const RectifiedCamera& camera) {
  const RejectedSet rejected(calibration);
  const Projector lens(*find_camera(calibration, camera.name)->intrinsics);
  const ViewPlane plane = view_plane(set);
  Corners corners;
  for (const View& view : observations.views) {
    const std::string& name = camera_name(observations, view);
    if (name != camera.name || rejected.view(name, view.frame)) continue;
    for (const Corner& corner : view.corners) {
      if (rejected.corner(name, view.frame, corner.id)) continue;
      const auto pixel = rectified_pixel(lens, camera, plane, {corner.x, corner.y});
      if (pixel) corners[{view.frame, corner.id}] = *pixel;
    }
  }
  return corners;
}

}  // namespace

void measure_alignment(const Observations& observations, const Calibration& calibration,
                       RectifiedSet& set) {
  std::map<std::string, Corners> of_camera;
  for (const RectifiedCamera& camera : set.cameras)
    of_camera[camera.name] = rectified_corners(observations, calibration, set, camera);
  for (RectifiedPair& pair : set.pairs) {
    const Corners& second = of_camera[pair.second];
    std::vector<double> differences;
    for (const auto& [key, pixel] : of_camera[pair.first]) {
      const auto other = second.find(key);
      if (other != second.end())
        differences.push_back(std::abs((pixel - other->second)[pair.vertical ? 0 : 1]));
    }
    const ErrorStatistics errors = statistics(std::move(differences));
    if (errors.count > 0)
      pair.errors = AlignmentErrors{errors.count, errors.mean, errors.p95, errors.max};
  }
}

}  // namespace calib
