#include "solve/resolve_board_ambiguity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>

#include "base/errors.hpp"
#include "base/text.hpp"
#include "scene/board_faces.hpp"
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

// The frames of a calibration hold the poses by which its boards are numbered. Others are numbered
// by the poses of the cameras.
void number_other_frames(const Calibration& calibration, Observations& observations) {
  std::vector<std::optional<Pose>> T_cam_rig;
  std::vector<std::optional<Projector>> lenses;
  for (const ObservedCamera& observed : observations.cameras) {
    const Camera* camera = find_camera(calibration, observed.name);
    const bool is_placed = camera && camera->T_cam_rig && camera->intrinsics;
    T_cam_rig.push_back(is_placed ? camera->T_cam_rig : std::nullopt);
    lenses.push_back(is_placed ? std::optional<Projector>(*camera->intrinsics) : std::nullopt);
  }
  std::vector<ViewWithPose> located;
  for (std::size_t i = 0; i < observations.views.size(); ++i) {
    const View& view = observations.views[i];
    const auto& lens = lenses[static_cast<std::size_t>(view.camera)];
    if (!lens || calibration.frames.contains(view.frame)) continue;
    if (const auto pose = estimate_board_pose(*lens, observations.board, view.corners))
      located.push_back({view, i, pose->T_cam_board});
  }
  number_alike(T_cam_rig, observations, located);
}

// The numbering with which the corners of the view are nearest to where the calibration has them.
void number_by_errors(const Projector& lens, const Board& board, const Pose& T_cam_board,
                      const std::vector<BoardNumbering>& numberings, View& view) {
  const std::vector<Corner> original = view.corners;
  double least_rms = std::numeric_limits<double>::infinity();
  for (const BoardNumbering& numbering : numberings) {
    const std::vector<Corner> corners = relabeled(original, numbering.map);
    const double error = rms(reprojection_errors(lens, board, T_cam_board, corners));
    if (!(error < least_rms)) continue;
    least_rms = error;
    view.corners = corners;
  }
}

}  // namespace

const BoardNumbering& nearest_numbering(const Pose& T_cam_board, const Pose& expected,
                                        const std::vector<BoardNumbering>& numberings) {
  const BoardNumbering* best = &numberings.front();
  double best_difference = std::numeric_limits<double>::infinity();
  for (const BoardNumbering& numbering : numberings) {
    const Pose candidate = T_cam_board * numbering.T_old_new;
    const double difference =
        angle_between(candidate.rotation, expected.rotation) +
        (candidate.translation - expected.translation).norm() / expected.translation.norm();
    if (difference < best_difference) {
      best = &numbering;
      best_difference = difference;
    }
  }
  return *best;
}

int number_alike(const std::vector<std::optional<Pose>>& T_cam_rig, Observations& observations,
                 std::vector<ViewWithPose>& views) {
  const std::vector<BoardNumbering> numberings = board_numberings(observations.board);
  std::map<std::int64_t, const ViewWithPose*> first;
  int renumbered = 0;
  for (ViewWithPose& view : views) {
    if (!T_cam_rig[static_cast<std::size_t>(view.camera)]) continue;
    const auto [entry, is_new] = first.try_emplace(view.frame, &view);
    if (is_new) continue;
    const Pose T_rig_board = T_cam_rig[static_cast<std::size_t>(entry->second->camera)]->inverse() *
                             entry->second->T_cam_board;
    const Pose expected = *T_cam_rig[static_cast<std::size_t>(view.camera)] * T_rig_board;
    const BoardNumbering& nearest = nearest_numbering(view.T_cam_board, expected, numberings);
    if (&nearest == &numberings.front()) continue;
    ++renumbered;
    view.T_cam_board = view.T_cam_board * nearest.T_old_new;
    auto& corners = observations.views[view.observed_view].corners;
    corners = relabeled(corners, nearest.map);
  }
  return renumbered;
}

Observations with_resolved_ambiguity(const Observations& observations,
                                     const Calibration& calibration) {
  const bool equal_faces = has_equal_faces(calibration.board);
  Observations result = as_front(observations);
  require_same_grid(equal_faces ? calibration.board.parts.front() : calibration.board,
                    result.board);
  if (equal_faces) {
    result.board = calibration.board;
    number_other_frames(calibration, result);
  } else if (!result.board.parts.empty()) {
    return with_known_boards(observations, calibration.board);
  }
  const std::vector<BoardNumbering> numberings = board_numberings(result.board);
  if (numberings.size() < 2) return result;
  for (View& view : result.views) {
    const Camera* camera =
        find_camera(calibration, result.cameras[static_cast<std::size_t>(view.camera)].name);
    const auto frame = calibration.frames.find(view.frame);
    if (!camera || !camera->intrinsics || !camera->T_cam_rig || frame == calibration.frames.end())
      continue;
    number_by_errors(Projector(*camera->intrinsics), calibration.board,
                     *camera->T_cam_rig * frame->second, numberings, view);
  }
  return result;
}

}  // namespace calib
