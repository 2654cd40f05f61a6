#include "solve/mirrored_cameras.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/errors.hpp"
#include "base/text.hpp"

namespace calib {
namespace {

// The shares of the common frames that agree: at most this many as the pictures are, and at least
// this many once one camera's are mirrored back. With fewer frames, nothing is decided.
constexpr double kFewAgree = 0.5, kMostAgree = 0.8;
constexpr int kLeastFrames = 4;

// The pose of the board in the picture that is flipped left-right, where the board is numbered from
// the other end of its x axis (axis 0) or y axis (axis 1): T_cam_board between two reflections.
Pose mirrored(const Pose& T_cam_board, const Board& board, int axis) {
  Eigen::Vector3d flip_board = Eigen::Vector3d::Ones(), far_end = Eigen::Vector3d::Zero();
  flip_board[axis] = -1;
  far_end[axis] = flat_extent(board)[axis];
  const Eigen::Vector3d flip_camera(-1, 1, 1);
  const Eigen::Matrix3d rotation =
      flip_camera.asDiagonal() * T_cam_board.rotation.toRotationMatrix() * flip_board.asDiagonal();
  return {Eigen::Quaterniond(rotation).normalized(),
          flip_camera.asDiagonal() * (T_cam_board * far_end)};
}

// Two cameras with common frames.
struct PairViews {
  std::vector<ViewWithPose> views;
  int common_frames = 0;
};

PairViews views_of_pair(const std::vector<ViewWithPose>& views, const CameraEdge& edge) {
  PairViews pair;
  std::map<std::int64_t, int> seen;
  for (const ViewWithPose& view : views) {
    if (view.camera != edge.a && view.camera != edge.b) continue;
    pair.views.push_back(view);
    pair.common_frames += ++seen[view.frame] == 2;
  }
  return pair;
}

// Whether mirroring the views of one of the two cameras makes the frames agree.
bool agree_mirrored(PairViews pair, const CameraEdge& edge, const Board& board,
                    const std::vector<Pose>& symmetries, int jobs) {
  for (const int axis : {0, 1}) {
    std::vector<ViewWithPose> views = pair.views;
    for (ViewWithPose& view : views)
      if (view.camera == edge.b) view.T_cam_board = mirrored(view.T_cam_board, board, axis);
    const std::vector<CameraEdge> edges = camera_edges(views, symmetries, jobs);
    if (edges.front().agreeing >= kMostAgree * pair.common_frames) return true;
  }
  return false;
}

// The result for a pair of cameras: whether their pictures have the same handedness.
struct PairVote {
  int a = 0, b = 0;
  bool same = true;
};

// Follows the pairs from the first camera that is mirrored against another. Returns the side of
// each camera, 1 or -1; 0: not connected to it.
std::vector<int> sides_of(const std::vector<PairVote>& pairs, std::size_t cameras) {
  std::vector<int> sides(cameras);
  const auto first =
      std::find_if(pairs.begin(), pairs.end(), [](const PairVote& pair) { return !pair.same; });
  sides[static_cast<std::size_t>(first->a)] = 1;
  for (bool grown = true; grown;) {
    grown = false;
    for (const PairVote& pair : pairs) {
      int& a = sides[static_cast<std::size_t>(pair.a)];
      int& b = sides[static_cast<std::size_t>(pair.b)];
      if ((a == 0) == (b == 0)) continue;
      (a == 0 ? a : b) = (a == 0 ? b : a) * (pair.same ? 1 : -1);
      grown = true;
    }
  }
  return sides;
}

}  // namespace

std::vector<std::vector<int>> mirrored_groups(const Observations& observations,
                                              const std::vector<ViewWithPose>& views,
                                              const std::vector<CameraEdge>& edges,
                                              const std::vector<Pose>& symmetries, int jobs) {
  const Board& board = observations.board;
  if (!board.parts.empty()) return {};
  std::vector<PairVote> pairs;
  bool any_mirrored = false;
  for (const CameraEdge& edge : edges) {
    PairViews pair = views_of_pair(views, edge);
    if (pair.common_frames < kLeastFrames) continue;
    const bool same = edge.agreeing > kFewAgree * pair.common_frames;
    if (!same && !agree_mirrored(std::move(pair), edge, board, symmetries, jobs)) continue;
    pairs.push_back({edge.a, edge.b, same});
    any_mirrored = any_mirrored || !same;
  }
  if (!any_mirrored) return {};
  const std::vector<int> sides = sides_of(pairs, observations.cameras.size());
  std::vector<std::vector<int>> groups(2);
  for (std::size_t i = 0; i < sides.size(); ++i)
    if (sides[i] != 0) groups[sides[i] > 0 ? 1 : 0].push_back(static_cast<int>(i));
  if (groups[0].size() > groups[1].size()) std::swap(groups[0], groups[1]);
  return groups;
}

void require_not_mirrored(const Observations& observations, const std::vector<ViewWithPose>& views,
                          const std::vector<CameraEdge>& edges, const std::vector<Pose>& symmetries,
                          int jobs) {
  const auto groups = mirrored_groups(observations, views, edges, symmetries, jobs);
  if (groups.empty()) return;
  const auto names = [&](const std::vector<int>& cameras) {
    std::vector<std::string> all;
    all.reserve(cameras.size());
    for (const int camera : cameras)
      all.push_back(observations.cameras[static_cast<std::size_t>(camera)].name);
    return join(all, " and ");
  };
  // A plain board shows the same in a mirror: of two equal groups either can be the mirrored one.
  const std::string which = groups[0].size() < groups[1].size()
                                ? names(groups[0])
                                : names(groups[0]) + ", or else those of " + names(groups[1]) + ",";
  throw Error(
      fmt::format("the pictures of {} are mirrored: the cameras agree on where the board is "
                  "once they are flipped left-right; turn mirroring off in the camera or "
                  "the recorder, or flip these pictures",
                  which));
}

}  // namespace calib
