#pragma once
// The graph of cameras that see the board in the same frames, and the initial camera poses from its
// maximum spanning tree.

#include <optional>
#include <vector>

#include "geometry/pose.hpp"
#include "scene/observations.hpp"

namespace calib {

/// A view with the pose of the board in it.
struct ViewWithPose : ViewRef {
  std::size_t observed_view = 0;  ///< index into Observations::views
  Pose T_cam_board;
};

/// Two cameras that saw the board in the same frames.
struct CameraEdge {
  int a = 0, b = 0;  ///< a < b
  int agreeing = 0;  ///< number of common frames that agree with T_a_b
  Pose T_a_b;        ///< the consensus of the common frames
  int common = 0;    ///< number of common frames
};

/// The edges of all pairs of cameras with common frames, ordered by (a, b). `symmetries` are those
/// of board_symmetries(): every frame supports one relative pose for each. Uses at most `jobs`
/// threads (0: all cores).
std::vector<CameraEdge> camera_edges(const std::vector<ViewWithPose>& views,
                                     const std::vector<Pose>& symmetries, int jobs);

/// The rigid motions T_board_relabeled that map the board onto itself, one for each of
/// ambiguous_relabelings() and in the same order, the identity first. A view with the pose
/// T_cam_board has the pose T_cam_board * symmetries[k] after the k-th relabeling of its corners.
std::vector<Pose> board_symmetries(const Board& board);

/// The connected components of the graph, the largest first; of equally large ones the one with the
/// lowest camera index first.
std::vector<std::vector<int>> connected_groups(int cameras, const std::vector<CameraEdge>& edges);

/// The edges of the maximum spanning tree of each component, by agreeing frames, the strongest
/// first; of equally strong ones the first counts as stronger.
std::vector<CameraEdge> maximum_spanning_tree(int cameras, std::vector<CameraEdge> edges);

/// T_cam_rig of every camera, chained along the maximum spanning tree (by agreeing frames). The
/// frame of camera `reference` is the rig frame. nullopt for cameras that are not connected to it.
std::vector<std::optional<Pose>> spanning_tree_poses(int cameras,
                                                     const std::vector<CameraEdge>& edges,
                                                     int reference);

}  // namespace calib
