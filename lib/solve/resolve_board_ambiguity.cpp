#include "solve/resolve_board_ambiguity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/errors.hpp"
#include "base/text.hpp"
#include "solve/board_pose.hpp"
#include "solve/part_views.hpp"

namespace calib {

std::vector<Corner> relabeled(const std::vector<Corner>& corners, const Relabeling& map) {
  std::vector<Corner> result = corners;
  for (Corner& corner : result) corner.id = map[static_cast<std::size_t>(corner.id)];
  std::sort(result.begin(), result.end(),
            [](const Corner& a, const Corner& b) { return a.id < b.id; });
  return result;
}

namespace {

std::string grid_text(const Board& board) {
  std::vector<std::string> grids;
  for (const auto& [single, first_id] : single_boards(board))
    grids.push_back(fmt::format("{}x{} corners, {} mm apart", single->corners_x, single->corners_y,
                                to_text(1000 * single->square_m)));
  return join(grids, "; ");
}

// An imported calibration has no board and fits every board.
void require_same_grid(const Board& solved, const Board& observed) {
  require(corner_count(solved) == 0 || grid_text(solved) == grid_text(observed),
          fmt::format("the calibration is of a board of {}, the observations of {}: give the "
                      "observations that it was made from, or others of the same board",
                      grid_text(solved), grid_text(observed)));
}

}  // namespace

Observations with_resolved_ambiguity(const Observations& observations,
                                     const Calibration& calibration) {
  require_same_grid(calibration.board, observations.board);
  if (!observations.board.parts.empty()) return with_known_boards(observations, calibration.board);
  Observations result = observations;
  const std::vector<Relabeling> maps = ambiguous_relabelings(observations.board);
  if (maps.size() < 2) return result;
  for (View& view : result.views) {
    const Camera* camera =
        find_camera(calibration, result.cameras[static_cast<std::size_t>(view.camera)].name);
    const auto frame = calibration.frames.find(view.frame);
    if (!camera || !camera->intrinsics || !camera->T_cam_rig || frame == calibration.frames.end())
      continue;
    const Projector lens(*camera->intrinsics);
    const std::vector<Corner> original = view.corners;
    double least_rms = std::numeric_limits<double>::infinity();
    for (const Relabeling& map : maps) {
      const std::vector<Corner> corners = relabeled(original, map);
      const double error = rms(reprojection_errors(lens, calibration.board,
                                                   *camera->T_cam_rig * frame->second, corners));
      if (!(error < least_rms)) continue;
      least_rms = error;
      view.corners = corners;
    }
  }
  return result;
}

}  // namespace calib
