#include "solve/settle_labels.hpp"

#include <algorithm>
#include <limits>

#include "solve/board_pose.hpp"
#include "solve/part_views.hpp"

namespace calib {

std::vector<Corner> relabelled(const std::vector<Corner>& corners, const Relabelling& map) {
  std::vector<Corner> result = corners;
  for (Corner& corner : result) corner.id = map[static_cast<std::size_t>(corner.id)];
  std::sort(result.begin(), result.end(),
            [](const Corner& a, const Corner& b) { return a.id < b.id; });
  return result;
}

Observations settled(const Observations& observations, const Calibration& calibration) {
  if (!observations.board.parts.empty()) return with_known_boards(observations, calibration.board);
  Observations result = observations;
  const std::vector<Relabelling> maps = ambiguous_relabellings(observations.board);
  if (maps.size() < 2) return result;
  for (View& view : result.views) {
    const Camera* camera =
        find_camera(calibration, result.cameras[static_cast<std::size_t>(view.camera)].name);
    const auto frame = calibration.frames.find(view.frame);
    if (!camera || !camera->intrinsics || !camera->T_cam_rig || frame == calibration.frames.end())
      continue;
    const Projector lens(*camera->intrinsics);
    const std::vector<Corner> original = view.corners;
    double least = std::numeric_limits<double>::infinity();
    for (const Relabelling& map : maps) {
      const std::vector<Corner> corners = relabelled(original, map);
      const double error = rms(reprojection_errors(lens, calibration.board,
                                                   *camera->T_cam_rig * frame->second, corners));
      if (!(error < least)) continue;
      least = error;
      view.corners = corners;
    }
  }
  return result;
}

}  // namespace calib
