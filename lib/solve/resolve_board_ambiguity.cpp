#include "solve/resolve_board_ambiguity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
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

// By camera of the observations: those with a pose and a lens.
std::vector<const Camera*> placed_cameras(const Observations& observations,
                                          const Calibration& calibration) {
  std::vector<const Camera*> placed;
  placed.reserve(observations.cameras.size());
  for (const ObservedCamera& observed : observations.cameras) {
    const Camera* camera = find_camera(calibration, observed.name);
    placed.push_back(camera && camera->T_cam_rig && camera->intrinsics ? camera : nullptr);
  }
  return placed;
}

// The corners of a view as a pose of the board numbers them.
struct NumberedCorners {
  std::vector<Corner> corners;
  double misfit = std::numeric_limits<double>::infinity();  // RMS error in radii of the picture
};

// RMS distance of the corners from their mean.
double picture_radius(const std::vector<Corner>& corners) {
  Eigen::Vector2d mean = Eigen::Vector2d::Zero();
  for (const Corner& corner : corners)
    mean += Eigen::Vector2d(corner.x, corner.y) / static_cast<double>(corners.size());
  double sum = 0;
  for (const Corner& corner : corners)
    sum += (Eigen::Vector2d(corner.x, corner.y) - mean).squaredNorm();
  return std::sqrt(sum / static_cast<double>(corners.size()));
}

// The numbering with which the corners of the view are nearest to where the pose has them.
NumberedCorners numbered_by_errors(const Projector& lens, const Board& board,
                                   const Pose& T_cam_board,
                                   const std::vector<BoardNumbering>& numberings,
                                   const std::vector<Corner>& original) {
  NumberedCorners best{original};
  const double radius = picture_radius(original);
  for (const BoardNumbering& numbering : numberings) {
    std::vector<Corner> corners = relabeled(original, numbering.map);
    const double misfit = rms(reprojection_errors(lens, board, T_cam_board, corners)) / radius;
    if (misfit < best.misfit) best = {std::move(corners), misfit};
  }
  return best;
}

// Whether the views of a frame show the board near the pose by which they were numbered. Views that
// the calibration has rejected need not.
bool is_near(const std::vector<NumberedCorners>& views) {
  // Corners with wrong numbers are off by more than one radius, so that below half of that the
  // pose tells the numbers for certain.
  constexpr double kMostMisfit = 0.25;
  const auto near = std::count_if(views.begin(), views.end(), [](const NumberedCorners& view) {
    return view.misfit < kMostMisfit;
  });
  return 3 * static_cast<std::size_t>(near) >= views.size();
}

// Numbers the frames in which the board is where the calibration has it, as it is in the
// observations that it was solved from: other recordings use the same frame numbers for other
// poses. Returns the views of all other frames.
std::vector<std::size_t> number_solved_frames(const Calibration& calibration,
                                              const std::vector<const Camera*>& placed,
                                              const std::vector<BoardNumbering>& numberings,
                                              Observations& observations) {
  std::map<std::int64_t, std::vector<std::size_t>> frames;
  for (std::size_t v = 0; v < observations.views.size(); ++v) {
    const View& view = observations.views[v];
    if (placed[static_cast<std::size_t>(view.camera)] && !view.corners.empty())
      frames[view.frame].push_back(v);
  }
  std::vector<std::size_t> others;
  for (const auto& [frame, views] : frames) {
    const auto solved = calibration.frames.find(frame);
    std::vector<NumberedCorners> numbered;
    for (const std::size_t v : views) {
      if (solved == calibration.frames.end()) break;
      const View& view = observations.views[v];
      const Camera& camera = *placed[static_cast<std::size_t>(view.camera)];
      numbered.push_back(numbered_by_errors(Projector(*camera.intrinsics), calibration.board,
                                            *camera.T_cam_rig * solved->second, numberings,
                                            view.corners));
    }
    if (numbered.empty() || !is_near(numbered)) {
      others.insert(others.end(), views.begin(), views.end());
      continue;
    }
    for (std::size_t i = 0; i < views.size(); ++i)
      observations.views[views[i]].corners = std::move(numbered[i].corners);
  }
  return others;
}

// Numbers the views of each frame so that the cameras of the calibration agree on where the board
// is.
void number_by_cameras(const std::vector<const Camera*>& placed,
                       const std::vector<std::size_t>& views, Observations& observations) {
  std::vector<std::optional<Pose>> T_cam_rig;
  std::vector<std::optional<Projector>> lenses;
  for (const Camera* camera : placed) {
    T_cam_rig.push_back(camera ? camera->T_cam_rig : std::nullopt);
    lenses.push_back(camera ? std::optional<Projector>(*camera->intrinsics) : std::nullopt);
  }
  std::vector<ViewWithPose> located;
  for (const std::size_t v : views) {
    const View& view = observations.views[v];
    const Projector& lens = *lenses[static_cast<std::size_t>(view.camera)];
    if (const auto pose = estimate_board_pose(lens, observations.board, view.corners))
      located.push_back({view, v, pose->T_cam_board});
  }
  number_alike(T_cam_rig, observations, located);
}

// The angle between two poses of the board in a camera, plus the relative distance.
double difference_in_camera(const Pose& T_cam_board, const Pose& expected) {
  return angle_between(T_cam_board.rotation, expected.rotation) +
         (T_cam_board.translation - expected.translation).norm() / expected.translation.norm();
}

// T_rig_board of a frame by the view with which the others agree: the first one, unless another
// agrees clearly better.
Pose agreed_board_pose(const std::vector<std::optional<Pose>>& T_cam_rig,
                       const std::vector<ViewWithPose*>& views,
                       const std::vector<BoardNumbering>& numberings) {
  constexpr double kClearlyBetter = 0.5;
  const auto pose_of = [&](const ViewWithPose& view) -> const Pose& {
    return *T_cam_rig[static_cast<std::size_t>(view.camera)];
  };
  const auto disagreement = [&](const Pose& T_rig_board) {
    double sum = 0;
    for (const ViewWithPose* view : views) {
      const Pose expected = pose_of(*view) * T_rig_board;
      const BoardNumbering& nearest = nearest_numbering(view->T_cam_board, expected, numberings);
      sum += difference_in_camera(view->T_cam_board * nearest.T_old_new, expected);
    }
    return sum;
  };
  const Pose first = pose_of(*views.front()).inverse() * views.front()->T_cam_board;
  if (views.size() < 3) return first;  // Two agree with each other equally well.
  Pose best = first;
  double least = kClearlyBetter * disagreement(first);
  for (const ViewWithPose* view : views) {
    const Pose& T_cam_rig_view = pose_of(*view);
    const BoardNumbering& nearest =
        nearest_numbering(view->T_cam_board, T_cam_rig_view * first, numberings);
    const Pose T_rig_board = T_cam_rig_view.inverse() * view->T_cam_board * nearest.T_old_new;
    const double sum = disagreement(T_rig_board);
    if (!(sum < least)) continue;
    least = sum;
    best = T_rig_board;
  }
  return best;
}

}  // namespace

const BoardNumbering& nearest_numbering(const Pose& T_cam_board, const Pose& expected,
                                        const std::vector<BoardNumbering>& numberings) {
  const BoardNumbering* best = &numberings.front();
  double best_difference = std::numeric_limits<double>::infinity();
  for (const BoardNumbering& numbering : numberings) {
    const Pose candidate = T_cam_board * numbering.T_old_new;
    const double difference = difference_in_camera(candidate, expected);
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
  std::map<std::int64_t, std::vector<ViewWithPose*>> frames;
  for (ViewWithPose& view : views) {
    if (T_cam_rig[static_cast<std::size_t>(view.camera)]) frames[view.frame].push_back(&view);
  }
  int renumbered = 0;
  for (const auto& [frame, seen] : frames) {
    const Pose T_rig_board = agreed_board_pose(T_cam_rig, seen, numberings);
    for (ViewWithPose* view : seen) {
      const Pose expected = *T_cam_rig[static_cast<std::size_t>(view->camera)] * T_rig_board;
      const BoardNumbering& nearest = nearest_numbering(view->T_cam_board, expected, numberings);
      if (&nearest == &numberings.front()) continue;
      ++renumbered;
      view->T_cam_board = view->T_cam_board * nearest.T_old_new;
      auto& corners = observations.views[view->observed_view].corners;
      corners = relabeled(corners, nearest.map);
    }
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
  } else if (!result.board.parts.empty()) {
    return with_known_boards(observations, calibration.board);
  }
  const std::vector<BoardNumbering> numberings = board_numberings(result.board);
  if (numberings.size() < 2) return result;
  const std::vector<const Camera*> placed = placed_cameras(result, calibration);
  number_by_cameras(placed, number_solved_frames(calibration, placed, numberings, result), result);
  return result;
}

}  // namespace calib
