#include "design/changes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "base/errors.hpp"
#include "base/parallel.hpp"
#include "base/text.hpp"
#include "geometry/small_systems.hpp"
#include "synth/board_placer.hpp"
#include "synth/typical_lens.hpp"

namespace calib {
namespace {

constexpr double kLargerBoard = 1.5, kNearer = 0.7, kFurtherApart = 1.5;
constexpr double kMoreTilt = 20 * std::numbers::pi / 180, kMostTilt = 60 * std::numbers::pi / 180;

struct ChangedDesign {
  std::string text;
  Design design;
};

// The centers of all cameras in the room.
std::vector<Eigen::Vector3d> camera_places(const Calibration& rig) {
  std::vector<Eigen::Vector3d> places;
  for (const Camera& camera : rig.cameras)
    places.push_back(room_of(rig) * camera.T_cam_rig->inverse().translation);
  return places;
}

Eigen::Vector3d mean_of(const std::vector<Eigen::Vector3d>& places) {
  Eigen::Vector3d sum = Eigen::Vector3d::Zero();
  for (const Eigen::Vector3d& place : places) sum += place;
  return sum / static_cast<double>(places.size());
}

// The mean distance of the cameras from their middle.
double spread_of(const std::vector<Eigen::Vector3d>& places) {
  const Eigen::Vector3d middle = mean_of(places);
  double sum = 0;
  for (const Eigen::Vector3d& place : places) sum += (place - middle).norm();
  return sum / static_cast<double>(places.size());
}

// Moves one camera to a place in the room, and turns it so that it sees the middle of the volume
// where it saw it before. The frame of the rig stays where it is unless it is that of this camera.
void move_camera(const Eigen::Vector3d& place, const Eigen::Vector3d& target, std::size_t index,
                 Calibration& rig) {
  Camera& camera = rig.cameras[index];
  const Pose T_world_rig = room_of(rig);
  const Pose before = T_world_rig * camera.T_cam_rig->inverse();
  const Pose after{turn_between(target - before.translation, target - place) * before.rotation,
                   place};
  camera.T_cam_rig = after.inverse() * T_world_rig;
  if (camera.name != rig.reference_camera) return;
  const Pose T_old_new = camera.T_cam_rig->inverse();
  for (Camera& each : rig.cameras) each.T_cam_rig = *each.T_cam_rig * T_old_new;
  camera.T_cam_rig = Pose{};
  rig.world = WorldFrame{.T_world_rig = T_world_rig * T_old_new};
}

ChangedDesign further_apart(const Design& design) {
  ChangedDesign changed{fmt::format("the cameras {} times as far apart", to_text(kFurtherApart)),
                        design};
  const std::vector<Eigen::Vector3d> places = camera_places(design.rig);
  const Eigen::Vector3d middle = mean_of(places), target = design.grid.box.center();
  for (std::size_t i = 0; i < places.size(); ++i)
    move_camera(middle + kFurtherApart * (places[i] - middle), target, i, changed.design.rig);
  return changed;
}

// The single move of a camera, to the right, left, up or down in its picture or nearer to the
// volume, that lets the cameras measure points best if they were calibrated exactly.
std::optional<ChangedDesign> best_move(const Design& design, int jobs) {
  struct Move {
    const char* text;
    Eigen::Vector3d by;  // along the camera's axes
  };
  const Move moves[] = {{"to its right", {1, 0, 0}},
                        {"to its left", {-1, 0, 0}},
                        {"up", {0, -1, 0}},
                        {"down", {0, 1, 0}}};
  const std::vector<Eigen::Vector3d> places = camera_places(design.rig);
  const double length = spread_of(places);
  const Eigen::Vector3d target = design.grid.box.center();
  std::vector<ChangedDesign> candidates;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const Pose T_world_cam = room_of(design.rig) * design.rig.cameras[i].T_cam_rig->inverse();
    for (const Move& move : moves) {
      ChangedDesign& changed = candidates.emplace_back(
          ChangedDesign{fmt::format("{} moved {} m {}", design.rig.cameras[i].name,
                                    to_text(length, 2), move.text),
                        design});
      move_camera(places[i] + length * (T_world_cam.rotation * move.by), target, i,
                  changed.design.rig);
    }
  }
  const double seen =
      forecast_points(design.rig, design.grid, design.noise.point_px, jobs).seen_share;
  const ChangedDesign* best = nullptr;
  double least = std::numeric_limits<double>::infinity();
  for (const ChangedDesign& each : candidates) {
    const PointForecast points =
        forecast_points(each.design.rig, design.grid, design.noise.point_px, jobs);
    // A move that loses sight of points must not count as better because those are hard to measure.
    if (points.seen_share < seen || !(points.mean_m < least)) continue;
    least = points.mean_m;
    best = &each;
  }
  return best ? std::optional<ChangedDesign>(*best) : std::nullopt;
}

// The board is filmed from further away where it would not fit into the picture.
void enlarge_board(Design& design) {
  design.board.square_m *= kLargerBoard;
  design.board.marker_m *= kLargerBoard;
  double fitting = 0;
  for (const Camera& camera : design.rig.cameras) {
    fitting = std::max(
        fitting, BoardRange{}.near * working_distance(Projector(*camera.intrinsics), design.board));
  }
  BoardPlan& plan = design.plan;
  plan.near_m = std::max(plan.near_m, std::min(fitting, plan.far_m));
  plan.distance_m = std::max(plan.distance_m, std::sqrt(plan.near_m * plan.far_m));
}

// A board of the same size with more and smaller squares, unless its markers say their number.
std::optional<ChangedDesign> more_corners(const Design& design) {
  constexpr double kMore = 1.5;
  if (design.board.type->markers) return std::nullopt;
  ChangedDesign changed{"", design};
  Board& board = changed.design.board;
  board.corners_x = static_cast<int>(kMore * board.corners_x);
  board.corners_y = static_cast<int>(kMore * board.corners_y);
  const double shrunk = flat_extent(design.board).maxCoeff() / flat_extent(board).maxCoeff();
  board.square_m *= shrunk;
  board.marker_m *= shrunk;
  changed.text = fmt::format("a board of the same size with {} corners", size_text(board));
  return changed;
}

std::vector<ChangedDesign> changed_designs(const Design& design, int jobs) {
  std::vector<ChangedDesign> changes;
  const auto add = [&](std::string text) -> Design& {
    return changes.emplace_back(ChangedDesign{std::move(text), design}).design;
  };
  enlarge_board(add(fmt::format("a board of {} times the size", to_text(kLargerBoard))));
  if (auto more = more_corners(design)) changes.push_back(*std::move(more));
  add("twice the shots").plan.shots *= 2;
  BoardPlan& nearer = add(fmt::format("boards at {} of the distance", to_text(kNearer))).plan;
  nearer.near_m *= kNearer;
  nearer.distance_m *= kNearer;
  nearer.far_m *= kNearer;
  nearer.box.reset();
  if (design.plan.max_tilt < kMostTilt) {
    const double tilt = std::min(kMostTilt, design.plan.max_tilt + kMoreTilt);
    add(fmt::format("boards tilted up to {:.0f} degrees", kDegrees * tilt)).plan.max_tilt = tilt;
  }
  changes.push_back(further_apart(design));
  if (auto move = best_move(design, jobs)) changes.push_back(*std::move(move));
  return changes;
}

double rank(const DesignChange& change) {
  return change.result ? change.result->points.mean_m : std::numeric_limits<double>::infinity();
}

}  // namespace

Forecast forecast(const Design& design, int jobs) {
  return forecast(draw_boards(design.rig, design.board, design.plan), design.grid, design.noise,
                  jobs);
}

std::vector<DesignChange> forecast_changes(const Design& design, int jobs, Progress& progress) {
  const std::vector<ChangedDesign> changed = changed_designs(design, jobs);
  std::vector<DesignChange> changes(changed.size());
  progress.begin("design", changed.size());
  parallel_for(changed.size(), jobs, [&](std::size_t i) {
    changes[i].text = changed[i].text;
    try {
      changes[i].result = forecast(changed[i].design, 1);
    } catch (const UndeterminedError&) {
      changes[i].result.reset();  // the changed plan does not determine the rig
    }
    progress.advance();
  });
  progress.end();
  std::stable_sort(changes.begin(), changes.end(),
                   [](const DesignChange& a, const DesignChange& b) { return rank(a) < rank(b); });
  return changes;
}

}  // namespace calib
