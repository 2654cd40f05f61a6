#include "solve/weak_links.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "scene/board_symmetry.hpp"
#include "solve/board_numberings.hpp"
#include "solve/camera_graph.hpp"

namespace calib {
namespace {

constexpr std::size_t kEnoughPoses = 3;
// Poses of the board that differ by less (pose_difference()) are those of a board at rest.
constexpr double kSamePose = 0.05;

struct Frame {
  std::set<int> seen, used;  // cameras
  Pose T_rig_board;
};
using Frames = std::map<std::int64_t, Frame>;

Frames frames_of(const Bundle& bundle, const InitialRig& rig) {
  Frames frames;
  for (const ViewWithPose& view : rig.views) frames[view.frame].seen.insert(view.camera);
  for (const BundleView& view : bundle.views) {
    Frame& frame = frames[rig.observations.views[view.observed_view].frame];
    frame.used.insert(view.camera);
    frame.T_rig_board = bundle.board_poses[static_cast<std::size_t>(view.board_pose)];
  }
  return frames;
}

// Whether one of the cameras is on the side.
bool any_on(const std::set<int>& cameras, const std::set<int>& side) {
  return std::any_of(cameras.begin(), cameras.end(),
                     [&](int camera) { return side.contains(camera); });
}
bool ties(const std::set<int>& cameras, const std::set<int>& side) {
  return any_on(cameras, side) && !std::all_of(cameras.begin(), cameras.end(),
                                               [&](int camera) { return side.contains(camera); });
}

// The pairs of cameras that use common frames, with their number.
std::vector<CameraEdge> common_frames(const Frames& frames) {
  std::map<std::pair<int, int>, int> common;
  for (const auto& [number, frame] : frames)
    for (const int a : frame.used)
      for (const int b : frame.used)
        if (a < b) ++common[{a, b}];
  std::vector<CameraEdge> edges;
  edges.reserve(common.size());
  for (const auto& [pair, count] : common) edges.push_back({pair.first, pair.second, count, {}});
  return edges;
}

// The cameras that the edges connect to `camera`.
std::set<int> side_of(int camera, int cameras, const std::vector<CameraEdge>& edges) {
  for (const std::vector<int>& group : connected_groups(cameras, edges))
    if (std::find(group.begin(), group.end(), camera) != group.end())
      return {group.begin(), group.end()};
  return {camera};
}

struct Tie {
  std::size_t frames = 0, left_out = 0;
  std::vector<Pose> poses = {};  // those that differ, up to kEnoughPoses of them
};

void add_pose(const Board& boards, const Pose& pose, std::vector<Pose>& poses) {
  const Board& board = boards.parts.empty() ? boards : boards.parts.front();
  if (poses.size() < kEnoughPoses &&
      std::none_of(poses.begin(), poses.end(), [&](const Pose& known) {
        return pose_difference(board, known, pose) < kSamePose;
      }))
    poses.push_back(pose);
}

Tie tie_of(const Board& board, const Frames& frames, const std::set<int>& side) {
  Tie tie;
  for (const auto& [number, frame] : frames) {
    if (ties(frame.used, side)) {
      ++tie.frames;
      add_pose(board, frame.T_rig_board, tie.poses);
    } else if (ties(frame.seen, side)) {
      ++tie.left_out;
    }
  }
  return tie;
}

// A recording that shows the board in few poses only is meant so, as a board on the floor is.
bool shows_few_poses(const Board& board, const Frames& frames) {
  std::vector<Pose> poses;
  for (const auto& [number, frame] : frames)
    if (!frame.used.empty()) add_pose(board, frame.T_rig_board, poses);
  return poses.size() < kEnoughPoses;
}

std::optional<Finding> finding_of(const Tie& tie, const Board& board, bool few_are_meant) {
  const auto poses = static_cast<double>(tie.poses.size());
  if (tie.left_out >= tie.frames)
    return Finding{.code = FindingCode::kCommonFramesContradict,
                   .severity = Severity::kError,
                   .numbers = {{"left_out", static_cast<double>(tie.left_out)},
                               {"frames", static_cast<double>(tie.left_out + tie.frames)}}};
  if (tie.poses.size() < 2 && board.parts.empty() && relative_motions(board).size() > 1)
    return Finding{.code = FindingCode::kPlacedEitherWay,
                   .severity = Severity::kError,
                   .words = {{"size", size_text(board)}}};
  if (tie.poses.size() < kEnoughPoses)
    return Finding{.code = FindingCode::kFewCommonPoses,
                   .severity = few_are_meant           ? Severity::kNote
                               : tie.poses.size() == 1 ? Severity::kError
                                                       : Severity::kWarning,
                   .numbers = {{"poses", poses}}};
  return std::nullopt;
}

}  // namespace

std::vector<Finding> weak_links(const Bundle& bundle, const InitialRig& rig,
                                const HeldCameras& held) {
  const Frames frames = frames_of(bundle, rig);
  const auto cameras = static_cast<int>(bundle.cameras.size());
  const std::vector<CameraEdge> tree = maximum_spanning_tree(cameras, common_frames(frames));
  const bool few_are_meant = shows_few_poses(bundle.board, frames);
  std::set<int> held_cameras;
  for (std::size_t i = 0; i < held.pose.size(); ++i)
    if (held.pose[i]) held_cameras.insert(static_cast<int>(i));
  std::vector<Finding> findings;
  for (std::size_t i = 0; i < tree.size(); ++i) {
    std::vector<CameraEdge> without = tree;
    without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
    std::set<int> side = side_of(tree[i].a, cameras, without),
                  other = side_of(tree[i].b, cameras, without);
    if (any_on(held_cameras, side) && any_on(held_cameras, other)) continue;
    const bool other_is_smaller = std::pair(other.size(), other.contains(rig.reference)) <
                                  std::pair(side.size(), side.contains(rig.reference));
    if (other_is_smaller) std::swap(side, other);
    auto finding = finding_of(tie_of(bundle.board, frames, side), bundle.board, few_are_meant);
    if (!finding) continue;
    for (const int camera : side)
      finding->cameras.push_back(bundle.cameras[static_cast<std::size_t>(camera)].name);
    findings.push_back(std::move(*finding));
  }
  return findings;
}

}  // namespace calib
