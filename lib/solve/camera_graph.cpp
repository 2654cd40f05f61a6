#include "solve/camera_graph.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <optional>

#include "base/parallel.hpp"
#include "base/subsample.hpp"
#include "geometry/pose_average.hpp"
#include "scene/board_symmetry.hpp"

namespace calib {
namespace {

// Two relative poses agree if they differ by less than this angle (rad) and this fraction of the
// distance to the board: more than the noise of single views, far less than a half turn.
constexpr double kAgreeAngle = 0.1, kAgreeDistance = 0.15;
// The consensus takes quadratic time in the frames; a subsample of this many suffices.
constexpr std::size_t kMaxConsensusFrames = 100;

// The candidates for T_a_b from one frame, one for each symmetry of the board, and the distance of
// the board from the farther camera.
struct RelativePoses {
  std::vector<Pose> T_a_b;
  double distance = 0;
};

double disagreement(const Pose& x, const Pose& y, double distance) {
  return std::max(angle_between(x.rotation, y.rotation) / kAgreeAngle,
                  (x.translation - y.translation).norm() / (kAgreeDistance * distance));
}

// The candidate of a frame that is nearest to `pose`, and its disagreement (below 1: it agrees).
std::pair<const Pose*, double> nearest(const RelativePoses& frame, const Pose& pose) {
  std::pair<const Pose*, double> best{nullptr, std::numeric_limits<double>::infinity()};
  for (const Pose& candidate : frame.T_a_b) {
    const double d = disagreement(candidate, pose, frame.distance);
    if (d < best.second) best = {&candidate, d};
  }
  return best;
}

// Whether all frames have a single candidate, and these are so near each other that each agrees
// with every other one: both are at most half as far from the first one as poses that agree may be.
bool all_agree(const std::vector<RelativePoses>& frames) {
  constexpr double kHalf = 0.499;  // a little less, for rounding errors
  double nearest_board = std::numeric_limits<double>::infinity();
  for (const RelativePoses& frame : frames) nearest_board = std::min(nearest_board, frame.distance);
  return std::all_of(frames.begin(), frames.end(), [&](const RelativePoses& frame) {
    return frame.T_a_b.size() == 1 &&
           disagreement(frame.T_a_b.front(), frames.front().T_a_b.front(), nearest_board) < kHalf;
  });
}

// The candidate with the most support, where each frame counts the more the closer it agrees.
const Pose& most_supported(const std::vector<RelativePoses>& frames) {
  if (all_agree(frames)) return frames.front().T_a_b.front();  // whichever wins, all agree with it
  const std::size_t step = subsample_step(frames.size(), kMaxConsensusFrames);
  double best_score = -1;
  const Pose* winner = nullptr;
  for (std::size_t f = 0; f < frames.size(); f += step) {
    for (const Pose& candidate : frames[f].T_a_b) {
      double score = 0;
      for (std::size_t g = 0; g < frames.size(); g += step) {
        score += std::max(0.0, 1 - nearest(frames[g], candidate).second);
      }
      if (score > best_score) {
        best_score = score;
        winner = &candidate;
      }
    }
  }
  return *winner;
}

// The robust average of all candidates that agree with the one with the most support.
CameraEdge consensus(const std::vector<RelativePoses>& frames) {
  CameraEdge edge;
  edge.common = static_cast<int>(frames.size());
  const Pose& winner = most_supported(frames);
  std::vector<Pose> agreeing;
  for (const RelativePoses& frame : frames) {
    const auto [pose, d] = nearest(frame, winner);
    if (d < 1) agreeing.push_back(*pose);
  }
  edge.agreeing = static_cast<int>(agreeing.size());
  edge.T_a_b = agreeing.empty() ? winner : robust_average(agreeing);
  return edge;
}

// The views of one camera, by rising frame.
using ViewsOfCamera = std::vector<const ViewWithPose*>;

// The relative poses of two cameras in their common frames.
std::vector<RelativePoses> relative_poses(const ViewsOfCamera& a, const ViewsOfCamera& b,
                                          const std::vector<Pose>& symmetries) {
  std::vector<RelativePoses> frames;
  auto first = b.begin();
  for (const ViewWithPose* x : a) {
    while (first != b.end() && (*first)->frame < x->frame) ++first;
    for (auto y = first; y != b.end() && (*y)->frame == x->frame; ++y) {
      RelativePoses relative;
      for (const Pose& symmetry : symmetries)
        relative.T_a_b.push_back(x->T_cam_board * symmetry * (*y)->T_cam_board.inverse());
      relative.distance =
          std::max(x->T_cam_board.translation.norm(), (*y)->T_cam_board.translation.norm());
      frames.push_back(std::move(relative));
    }
  }
  return frames;
}

int find_root(std::vector<int>& parent, int i) {
  while (parent[i] != i) i = parent[i] = parent[parent[i]];
  return i;
}

}  // namespace

std::vector<Pose> board_symmetries(const Board& board) {
  if (!board.parts.empty()) return {Pose{}};
  std::vector<Pose> symmetries;
  const Eigen::Vector3d last_x = corner_position(board, board.corners_x - 1);
  for (const Relabeling& map : ambiguous_relabelings(board)) {
    // The corner with number `id` gets the number map[id]. The relabeled board has its origin and
    // its x axis at the corners that get the numbers 0 and corners_x - 1.
    std::vector<int> old_of(map.size());
    for (std::size_t id = 0; id < map.size(); ++id) old_of[map[id]] = static_cast<int>(id);
    const Eigen::Vector3d origin = corner_position(board, old_of[0]);
    const Eigen::Vector3d x_axis =
        (corner_position(board, old_of[board.corners_x - 1]) - origin).normalized();
    const double angle =
        board.corners_x > 1 && last_x.norm() > 0 ? std::atan2(x_axis.y(), x_axis.x()) : 0;
    symmetries.push_back({exp_so3({0, 0, angle}), origin});
  }
  return symmetries;
}

std::vector<CameraEdge> camera_edges(const std::vector<ViewWithPose>& views,
                                     const std::vector<Pose>& symmetries, int jobs) {
  std::map<int, ViewsOfCamera> by_camera;
  for (const ViewWithPose& view : views) by_camera[view.camera].push_back(&view);
  for (auto& [camera, seen] : by_camera)
    std::stable_sort(seen.begin(), seen.end(),
                     [](const auto* x, const auto* y) { return x->frame < y->frame; });
  std::vector<std::pair<const ViewsOfCamera*, const ViewsOfCamera*>> pairs;
  for (auto a = by_camera.begin(); a != by_camera.end(); ++a)
    for (auto b = std::next(a); b != by_camera.end(); ++b)
      pairs.emplace_back(&a->second, &b->second);
  std::vector<std::optional<CameraEdge>> found(pairs.size());
  parallel_for(pairs.size(), jobs, [&](std::size_t i) {
    const auto [a, b] = pairs[i];
    const std::vector<RelativePoses> frames = relative_poses(*a, *b, symmetries);
    if (frames.empty()) return;
    found[i] = consensus(frames);
    found[i]->a = a->front()->camera;
    found[i]->b = b->front()->camera;
  });
  std::vector<CameraEdge> edges;
  edges.reserve(found.size());
  for (const auto& edge : found) {
    if (edge) edges.push_back(*edge);
  }
  return edges;
}

std::vector<std::vector<int>> connected_groups(int cameras, const std::vector<CameraEdge>& edges) {
  std::vector<int> parent(cameras);
  std::iota(parent.begin(), parent.end(), 0);
  for (const CameraEdge& edge : edges)
    parent[find_root(parent, edge.b)] = find_root(parent, edge.a);
  std::map<int, std::vector<int>> by_root;
  for (int i = 0; i < cameras; ++i) by_root[find_root(parent, i)].push_back(i);
  std::vector<std::vector<int>> groups;
  groups.reserve(by_root.size());
  for (auto& [root, members] : by_root) groups.push_back(std::move(members));
  std::sort(groups.begin(), groups.end(), [](const auto& x, const auto& y) {
    return x.size() != y.size() ? x.size() > y.size() : x.front() < y.front();
  });
  return groups;
}

// Kruskal's algorithm.
std::vector<CameraEdge> maximum_spanning_tree(int cameras, std::vector<CameraEdge> edges) {
  std::stable_sort(edges.begin(), edges.end(), [](const CameraEdge& x, const CameraEdge& y) {
    return x.agreeing > y.agreeing;
  });
  std::vector<int> parent(cameras);
  std::iota(parent.begin(), parent.end(), 0);
  std::vector<CameraEdge> tree;
  tree.reserve(edges.size());
  for (const CameraEdge& edge : edges) {
    const int a = find_root(parent, edge.a), b = find_root(parent, edge.b);
    if (a == b) continue;
    parent[b] = a;
    tree.push_back(edge);
  }
  return tree;
}

std::vector<std::optional<Pose>> spanning_tree_poses(int cameras,
                                                     const std::vector<CameraEdge>& edges,
                                                     int reference) {
  const std::vector<CameraEdge> tree = maximum_spanning_tree(cameras, edges);
  std::vector<std::optional<Pose>> poses(cameras);
  poses[reference] = Pose{};
  for (bool grown = true; grown;) {
    grown = false;
    for (const CameraEdge& edge : tree) {
      if (poses[edge.a].has_value() == poses[edge.b].has_value()) continue;
      if (poses[edge.a]) {
        poses[edge.b] = edge.T_a_b.inverse() * *poses[edge.a];
      } else {
        poses[edge.a] = edge.T_a_b * *poses[edge.b];
      }
      grown = true;
    }
  }
  return poses;
}

}  // namespace calib
