#pragma once
// Which cameras see the board together, and where they stand to each other: the first poses of a
// rig.

#include <optional>
#include <string>
#include <vector>

#include "geometry/pose.hpp"
#include "scene/observations.hpp"

namespace calib {

/// One board in one picture, located.
struct LocatedView : ViewRef {
  std::size_t source = 0;  ///< index into Observations::views
  Pose T_cam_board;
};

/// Two cameras that saw the board at the same frames.
struct CameraEdge {
  int a = 0, b = 0;  ///< a < b
  int common = 0;    ///< frames both saw
  int agreeing = 0;  ///< of these, frames that agree with T_a_b
  Pose T_a_b;        ///< the consensus of the common frames
};

/// All pairs with common frames. `symmetries` are the board's motions onto itself that no picture
/// can tell apart (board_symmetries()); the consensus is over all of them. On at most `jobs`
/// threads (0: all cores). Ordered by (a, b).
std::vector<CameraEdge> camera_edges(const std::vector<LocatedView>& views,
                                     const std::vector<Pose>& symmetries, int jobs);

/// The motions T_board_relabeled that belong to ambiguous_relabelings(), the identity first: a
/// view whose ids were relabeled by the k-th relabeling has the pose T_cam_board * symmetries[k].
std::vector<Pose> board_symmetries(const Board& board);

/// The cameras in groups that are connected by edges, the largest first (ties: the one with the
/// first camera).
std::vector<std::vector<int>> connected_groups(int cameras, const std::vector<CameraEdge>& edges);

/// Camera poses T_cam_rig along the spanning tree of the strongest edges (most agreeing frames),
/// with `reference` as the rig's frame. Absent for cameras that are not connected to it.
std::vector<std::optional<Pose>> spanning_tree_poses(int cameras,
                                                     const std::vector<CameraEdge>& edges,
                                                     int reference);

}  // namespace calib
