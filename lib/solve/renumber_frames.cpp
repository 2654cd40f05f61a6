#include "solve/renumber_frames.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "base/parallel.hpp"
#include "scene/board_faces.hpp"
#include "solve/board_numberings.hpp"
#include "solve/board_pose.hpp"
#include "solve/fixed_cameras.hpp"
#include "solve/resolve_board_ambiguity.hpp"
#include "solve/robust_adjust.hpp"

namespace calib {
namespace {

// If their errors differ by less than this share, two ways of numbering are equally good.
constexpr double kSameErrors = 0.02;

// One way to number the corners of a frame.
struct FrameNumbering {
  std::vector<std::vector<Corner>> corners;  // of each view
  Pose T_rig_board;
  double error_px = std::numeric_limits<double>::infinity();
};

// A bundle of one frame, in which only the board pose is free.
Bundle frame_bundle(const Bundle& bundle, const std::vector<std::size_t>& views,
                    const FrameNumbering& numbering) {
  Bundle frame = fixed_cameras(bundle, numbering.T_rig_board);
  for (std::size_t i = 0; i < views.size(); ++i) {
    const BundleView& view = bundle.views[views[i]];
    frame.views.push_back({view.camera, 0, view.observed_view, numbering.corners[i]});
  }
  return frame;
}

double error_of(const Bundle& frame) {
  std::vector<Eigen::Vector2d> all;
  for (const auto& errors : reprojection_errors(frame, frame.views))
    all.insert(all.end(), errors.begin(), errors.end());
  return rms(all);
}

// Moves the board to where its errors are smallest.
void settle(const Bundle& bundle, const std::vector<std::size_t>& views,
            FrameNumbering& numbering) {
  Bundle frame = frame_bundle(bundle, views, numbering);
  numbering.error_px = error_of(frame);
  if (!std::isfinite(numbering.error_px)) return;
  adjust(frame, {.tolerance = kRoughTolerance});
  numbering.error_px = error_of(frame);
  numbering.T_rig_board = frame.board_poses.front();
}

// The ways to number a frame: one for each numbering of its first view, which the others follow.
std::vector<FrameNumbering> ways_to_number(const Bundle& bundle,
                                           const std::vector<std::size_t>& views,
                                           const std::vector<BoardNumbering>& numberings) {
  const Board& front = bundle.board.parts.front();
  std::vector<std::vector<Corner>> folded;
  std::vector<std::optional<BoardPose>> poses;
  for (const std::size_t v : views) {
    folded.push_back(bundle.views[v].corners);
    for (Corner& corner : folded.back()) corner.id = part_point(bundle.board, corner.id).id;
    const BundleCamera& camera = bundle.cameras[static_cast<std::size_t>(bundle.views[v].camera)];
    poses.push_back(estimate_board_pose(Projector(camera.intrinsics), front, folded.back()));
  }
  std::vector<FrameNumbering> ways;
  if (std::any_of(poses.begin(), poses.end(), [](const auto& pose) { return !pose; })) return ways;
  ways.reserve(numberings.size());
  for (const BoardNumbering& of_first : numberings) {
    FrameNumbering way;
    for (std::size_t i = 0; i < views.size(); ++i) {
      const auto camera = static_cast<std::size_t>(bundle.views[views[i]].camera);
      const Pose& T_cam_rig = bundle.cameras[camera].T_cam_rig;
      const BoardNumbering& chosen =
          i == 0
              ? of_first
              : nearest_numbering(poses[i]->T_cam_board, T_cam_rig * way.T_rig_board, numberings);
      if (i == 0) way.T_rig_board = T_cam_rig.inverse() * poses[i]->T_cam_board * chosen.T_old_new;
      way.corners.push_back(relabeled(folded[i], chosen.map));
    }
    settle(bundle, views, way);
    ways.push_back(std::move(way));
  }
  return ways;
}

// Of the ways with the smallest errors, that which is nearest to the pose before.
const FrameNumbering* choose_way(const Board& front, const std::vector<FrameNumbering>& ways,
                                 const std::optional<Pose>& before) {
  double least = std::numeric_limits<double>::infinity();
  for (const FrameNumbering& way : ways) least = std::min(least, way.error_px);
  const FrameNumbering* best = nullptr;
  for (const FrameNumbering& way : ways) {
    if (!(way.error_px <= (1 + kSameErrors) * least)) continue;
    if (!best || (before && pose_difference(front, way.T_rig_board, *before) <
                                pose_difference(front, best->T_rig_board, *before)))
      best = &way;
  }
  return best;
}

}  // namespace

bool renumber_frames(Observations& observations, Bundle& bundle, int jobs) {
  std::map<std::int64_t, std::vector<std::size_t>> by_frame;
  for (std::size_t v = 0; v < bundle.views.size(); ++v)
    by_frame[observations.views[bundle.views[v].observed_view].frame].push_back(v);
  const std::vector<std::pair<std::int64_t, std::vector<std::size_t>>> frames(by_frame.begin(),
                                                                              by_frame.end());
  const std::vector<BoardNumbering> numberings = board_numberings(bundle.board);
  std::vector<std::vector<FrameNumbering>> ways(frames.size());
  parallel_for(frames.size(), jobs, [&](std::size_t f) {
    ways[f] = ways_to_number(bundle, frames[f].second, numberings);
  });
  std::optional<Pose> before;
  bool changed = false;
  for (std::size_t f = 0; f < frames.size(); ++f) {
    const FrameNumbering* way = choose_way(bundle.board.parts.front(), ways[f], before);
    if (!way) continue;
    before = way->T_rig_board;
    const std::vector<std::size_t>& views = frames[f].second;
    bundle.board_poses[static_cast<std::size_t>(bundle.views[views.front()].board_pose)] =
        way->T_rig_board;
    for (std::size_t i = 0; i < views.size(); ++i) {
      BundleView& view = bundle.views[views[i]];
      changed = changed || view.corners.front().id != way->corners[i].front().id;
      view.corners = observations.views[view.observed_view].corners = way->corners[i];
    }
  }
  return changed;
}

}  // namespace calib
