#include "solve/two_faces.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>

#include "base/parallel.hpp"
#include "base/subsample.hpp"
#include "geometry/pose_average.hpp"
#include "scene/board_faces.hpp"
#include "solve/board_numberings.hpp"

namespace calib {
namespace {

// Fewer pairs of views may disagree for many reasons.
constexpr int kLeastPairs = 4;
// Of the pairs that one face does not explain: the share from which a second face is certain, and
// the share up to which it may be chance.
constexpr double kCertainShare = 0.75, kUnclearShare = 0.5;
// The axes that are tried are 5.6 degrees apart: the faces then turn by twice as much, half of
// which is what camera_edges() lets pass.
constexpr int kAxes = 32;
constexpr std::size_t kMostSearchFrames = 40;
constexpr int kRefinements = 4;

int count_pairs(const std::vector<ViewWithPose>& views) {
  std::map<std::int64_t, int> cameras;
  for (const ViewWithPose& view : views) ++cameras[view.frame];
  int pairs = 0;
  for (const auto& [frame, count] : cameras) pairs += count * (count - 1) / 2;
  return pairs;
}

int count_agreeing(const std::vector<CameraEdge>& edges) {
  int agreeing = 0;
  for (const CameraEdge& edge : edges) agreeing += edge.agreeing;
  return agreeing;
}

// The views of frames that are spread evenly over those that several cameras see.
std::vector<ViewWithPose> some_shared_frames(const std::vector<ViewWithPose>& views) {
  std::map<std::int64_t, int> cameras;
  for (const ViewWithPose& view : views) ++cameras[view.frame];
  std::vector<std::int64_t> shared;
  for (const auto& [frame, count] : cameras)
    if (count > 1) shared.push_back(frame);
  std::vector<std::int64_t> chosen;
  for (const std::size_t i : evenly_spread(shared.size(), kMostSearchFrames))
    chosen.push_back(shared[i]);
  std::vector<ViewWithPose> some;
  for (const ViewWithPose& view : views)
    if (std::binary_search(chosen.begin(), chosen.end(), view.frame)) some.push_back(view);
  return some;
}

std::vector<CameraEdge> edges_with(const Board& front, const Pose& T_front_back,
                                   const std::vector<ViewWithPose>& views, int jobs) {
  return camera_edges(views, relative_motions(two_faced(front, front, T_front_back)), jobs);
}

// The half turn about the best of the axes.
Pose best_half_turn(const Board& front, const std::vector<ViewWithPose>& views, int jobs) {
  std::vector<int> agreeing(kAxes);
  const auto half_turn = [&](std::size_t k) {
    return back_pose(front, front,
                     {.turn_rad = 2 * std::numbers::pi * static_cast<double>(k) / kAxes});
  };
  parallel_for(agreeing.size(), jobs, [&](std::size_t k) {
    agreeing[k] = count_agreeing(edges_with(front, half_turn(k), views, 1));
  });
  const auto best = std::max_element(agreeing.begin(), agreeing.end());
  return half_turn(static_cast<std::size_t>(best - agreeing.begin()));
}

// T_front_back by two views whose board poses differ by `between`: of all ways to number their
// corners, that which is nearest to the present value. Returns nullopt if the views show one face.
std::optional<Pose> face_pose_by(const Pose& between, const Board& front,
                                 const std::vector<Pose>& symmetries, const Pose& T_front_back) {
  double least_same = std::numeric_limits<double>::infinity(), least = least_same;
  Pose nearest;
  for (const Pose& first : symmetries) {
    least_same = std::min(least_same, pose_difference(front, between, first));
    for (const Pose& second : symmetries) {
      const Pose seen = first.inverse() * between * second;
      for (const Pose& candidate : {seen, seen.inverse()}) {
        const double difference = pose_difference(front, candidate, T_front_back);
        if (difference >= least) continue;
        least = difference;
        nearest = candidate;
      }
    }
  }
  return least < least_same ? std::optional(nearest) : std::nullopt;
}

// T_front_back by each pair of views that shows both faces.
std::vector<Pose> seen_face_poses(const Board& front, const Pose& T_front_back,
                                  const std::vector<ViewWithPose>& views,
                                  const std::vector<CameraEdge>& edges) {
  const std::vector<Pose> symmetries = board_symmetries(front);
  std::map<int, std::map<std::int64_t, Pose>> T_cam_board;  // by camera and frame
  for (const ViewWithPose& view : views) T_cam_board[view.camera][view.frame] = view.T_cam_board;
  std::vector<Pose> seen;
  for (const CameraEdge& edge : edges) {
    for (const auto& [frame, T_a_board] : T_cam_board[edge.a]) {
      const auto b = T_cam_board[edge.b].find(frame);
      if (b == T_cam_board[edge.b].end()) continue;
      const Pose between = T_a_board.inverse() * edge.T_a_b * b->second;
      if (const auto pose = face_pose_by(between, front, symmetries, T_front_back))
        seen.push_back(*pose);
    }
  }
  return seen;
}

}  // namespace

bool FaceSearch::is_certain() const {
  return T_front_back && explained >= kLeastPairs && explained >= kCertainShare * disagreeing;
}

bool FaceSearch::is_unclear() const {
  return T_front_back && !is_certain() && explained >= kLeastPairs &&
         explained >= kUnclearShare * disagreeing;
}

FaceSearch find_second_face(const Board& front, const std::vector<ViewWithPose>& views,
                            const std::vector<CameraEdge>& edges, bool told, int jobs) {
  FaceSearch search;
  const int one_face = count_agreeing(edges);
  search.disagreeing = count_pairs(views) - one_face;
  if (search.disagreeing < (told ? 1 : kLeastPairs)) return search;
  Pose T_front_back = best_half_turn(front, some_shared_frames(views), jobs);
  std::vector<CameraEdge> with_back = edges_with(front, T_front_back, views, jobs);
  for (int round = 0; round < kRefinements; ++round) {
    const std::vector<Pose> seen = seen_face_poses(front, T_front_back, views, with_back);
    if (seen.empty()) return search;
    T_front_back = robust_average(seen);
    with_back = edges_with(front, T_front_back, views, jobs);
  }
  search.explained = std::max(0, count_agreeing(with_back) - one_face);
  if (search.explained > 0) search.T_front_back = T_front_back;
  return search;
}

}  // namespace calib
