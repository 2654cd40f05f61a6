#include "evaluate/unrelated_frames.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "base/median.hpp"
#include "base/parallel.hpp"
#include "base/subsample.hpp"
#include "evaluate/camera_pairs.hpp"
#include "solve/camera_graph.hpp"

namespace calib {
namespace {

constexpr std::size_t kLeastShared = 5;  // frames
// Larger limits would take longer and hardly change the decision.
constexpr std::size_t kMostShared = 24, kMostStands = 8, kMostShifts = 8;
// The share of the frames that must agree: a fifth if there are many frames. With few frames some
// agree by chance, but if a camera moved in the middle, less than half agree.
constexpr double kAgreeing = 0.2, kMostAgreeing = 0.4;
constexpr std::size_t kChanceFrames = 3;  // frames
// A pair agrees if its error is at most this share of that of shifted frames, and does not if it is
// at least that share; between them nothing is known. It also agrees if its error is so small.
constexpr double kRelatedShare = 0.25, kUnrelatedShare = 0.45;
constexpr double kSmallErrorPx = 5, kMinOverOwn = 10;
// A camera with more agreeing pairs than this is not reported.
constexpr double kHardlyAny = 0.1;

// The views of two cameras in one frame.
struct SharedFrame {
  const RayView* second;
  Pose T_1_board, T_2_board;
};

// At most `most` of `count` indices, spread evenly but not regularly, so that they do not miss
// every other frame: multiples of the golden ratio.
std::vector<std::size_t> spread_irregularly(std::size_t count, std::size_t most) {
  if (count <= most) return evenly_spread(count, count);
  std::vector<std::size_t> indices(most);
  for (std::size_t i = 0; i < most; ++i) {
    const double turns = static_cast<double>(i) / std::numbers::phi;
    indices[i] = static_cast<std::size_t>((turns - std::floor(turns)) * static_cast<double>(count));
  }
  std::sort(indices.begin(), indices.end());
  indices.erase(std::unique(indices.begin(), indices.end()), indices.end());
  return indices;
}

struct PairRelation {
  bool is_known = false, agrees = false;
  double error_px = 0;
};

// The motions of the board after which a picture of it may look the same: those of its numberings,
// each also with the board turned about its axes, as a print on its back would be.
std::vector<Pose> look_alikes(const Board& board) {
  if (!board.parts.empty()) return {Pose{}};
  const Eigen::Vector3d center = board_middle(board);
  std::vector<Pose> all;
  for (const Pose& symmetry : board_symmetries(board)) {
    all.push_back(symmetry);
    for (int axis = 0; axis < 3; ++axis) {
      const Eigen::Quaterniond turn = exp_so3(std::numbers::pi * Eigen::Vector3d::Unit(axis));
      all.push_back(symmetry * Pose{turn, center - turn * center});
    }
  }
  return all;
}

class SharedFrames {
 public:
  SharedFrames(const Rays& rays, const ViewPoses& poses, const std::vector<std::int64_t>& offsets,
               CameraPair pair)
      : board_(rays.board), focal_px_(rays.cameras[pair.second].focal_px) {
    const std::int64_t offset = offsets[pair.second] - offsets[pair.first];
    std::vector<SharedFrame> all;
    for (const auto& [frame, pose] : poses[pair.first]) {
      const auto other = poses[pair.second].find(frame + offset);
      if (other == poses[pair.second].end()) continue;
      all.push_back({&rays.views[pair.second].at(frame + offset), pose, other->second});
    }
    for (const std::size_t i : spread_irregularly(all.size(), kMostShared))
      frames_.push_back(all[i]);
  }

  std::size_t size() const { return frames_.size(); }

  // The error of the pair if its k-th frame of the first camera is of the moment of the
  // (k + shift)-th one of the second.
  double error_px(std::size_t shift, const std::vector<Pose>& motions) const {
    double best = std::numeric_limits<double>::infinity();
    for (const std::size_t i : spread_irregularly(size(), kMostStands)) {
      for (const Pose& motion : motions) {
        const Pose T_2_1 = shifted(i, shift).T_2_board * motion * frames_[i].T_1_board.inverse();
        best = std::min(best, error_of(i, T_2_1, shift, motions));
      }
    }
    return best;
  }

  // The residuals of the second camera's views at their own board poses.
  double own_error_px() const {
    std::vector<double> errors;
    errors.reserve(size());
    for (const SharedFrame& frame : frames_)
      errors.push_back(predicted_error_px(board_, *frame.second, focal_px_, frame.T_2_board));
    return median(std::move(errors));
  }

 private:
  const SharedFrame& shifted(std::size_t i, std::size_t shift) const {
    return frames_[(i + shift) % size()];
  }

  // The error that those of the frames but `except` reach that must agree.
  double error_of(std::size_t except, const Pose& T_2_1, std::size_t shift,
                  const std::vector<Pose>& motions) const {
    std::vector<double> errors;
    errors.reserve(size());
    for (std::size_t i = 0; i < size(); ++i) {
      if (i == except) continue;
      double least = std::numeric_limits<double>::infinity();
      for (const Pose& motion : motions) {
        least = std::min(least, predicted_error_px(board_, *shifted(i, shift).second, focal_px_,
                                                   T_2_1 * frames_[i].T_1_board * motion));
      }
      errors.push_back(least);
    }
    const auto count = static_cast<double>(errors.size());
    const std::size_t agreeing =
        std::max(static_cast<std::size_t>(kAgreeing * count),
                 std::min(kChanceFrames, static_cast<std::size_t>(kMostAgreeing * count)));
    const auto reached = errors.begin() + static_cast<std::ptrdiff_t>(agreeing);
    std::nth_element(errors.begin(), reached, errors.end());
    return *reached;
  }

  const Board& board_;
  double focal_px_;
  std::vector<SharedFrame> frames_;
};

PairRelation relation_of(const SharedFrames& frames, const std::vector<Pose>& motions) {
  if (frames.size() < kLeastShared) return {};
  if (frames.error_px(0, {Pose{}}) < kSmallErrorPx) return {true, true, 0};
  const double error = frames.error_px(0, motions);
  std::vector<double> shifted;
  for (const std::size_t i : evenly_spread(frames.size() - 1, kMostShifts))
    shifted.push_back(frames.error_px(i + 1, motions));
  const double by_chance = median(std::move(shifted));
  if (error < kSmallErrorPx || error <= kRelatedShare * by_chance) return {true, true, error};
  const bool is_unrelated =
      error >= kUnrelatedShare * by_chance && error > kMinOverOwn * frames.own_error_px();
  return {is_unrelated, false, error};
}

}  // namespace

std::optional<UnrelatedFrames> unrelated_frames(const Rays& rays, const ViewPoses& poses,
                                                const std::vector<SyncOffset>& streams, int jobs) {
  if (!has_one_frame(rays.board)) return std::nullopt;
  std::vector<std::int64_t> offsets;
  offsets.reserve(streams.size());
  for (const SyncOffset& stream : streams) offsets.push_back(stream.offset_frames.value_or(0));
  std::vector<std::size_t> cameras(rays.cameras.size());
  std::iota(cameras.begin(), cameras.end(), 0);
  const std::vector<CameraPair> pairs = camera_pairs(cameras);
  const std::vector<Pose> motions = look_alikes(rays.board);
  std::vector<PairRelation> relations(pairs.size());
  parallel_for(pairs.size(), jobs, [&](std::size_t i) {
    relations[i] = relation_of(SharedFrames(rays, poses, offsets, pairs[i]), motions);
  });
  std::vector<int> tested(cameras.size()), agreeing(cameras.size());
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    for (const std::size_t camera : {pairs[i].first, pairs[i].second}) {
      tested[camera] += relations[i].is_known ? 1 : 0;
      agreeing[camera] += relations[i].is_known && relations[i].agrees ? 1 : 0;
    }
  }
  const auto is_told = [&](std::size_t camera) {
    return tested[camera] > 0 && agreeing[camera] <= kHardlyAny * tested[camera];
  };
  UnrelatedFrames found;
  found.all = true;
  for (const std::size_t camera : cameras) {
    if (is_told(camera)) found.cameras.push_back(rays.cameras[camera].name);
    if (tested[camera] > 0 && !is_told(camera)) found.all = false;
  }
  if (found.cameras.empty()) return std::nullopt;
  std::vector<double> errors;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const bool counts = is_told(pairs[i].first) || is_told(pairs[i].second);
    if (!relations[i].is_known || !counts) continue;
    ++found.pairs;
    if (relations[i].agrees) {
      ++found.agreeing;
    } else {
      errors.push_back(relations[i].error_px);
    }
  }
  found.error_px = median(std::move(errors));
  return found;
}

}  // namespace calib
