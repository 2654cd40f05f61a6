#include "evaluate/sync_offset.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>

#include "base/median.hpp"
#include "base/parallel.hpp"
#include "base/subsample.hpp"
#include "evaluate/camera_pairs.hpp"
#include "geometry/pose_average.hpp"
#include "scene/frame_number.hpp"

namespace calib {
namespace {

constexpr int kMaxStrides = 10;
constexpr std::size_t kMinFrames = 8;  // fewer could agree by chance
// The offset of a pair is used only if the error of the second-best offset is this many times
// larger.
constexpr double kMinSureness = 1.2;
// An offset other than 0 is also used only if the error at offset 0 is larger by this factor and by
// this many pixels, and if it is larger in this fraction of the frames. (By chance that is the case
// in 30 of 40 frames once in a thousand times.)
constexpr double kMinErrorRatio = 1.5, kMinGainPx = 0.3, kMinBetterShare = 0.75;

struct Matched {
  const RayView* second;
  const Pose *T_1_board, *T_2_board;
  std::int64_t frame;  // of the first
};

struct Trial {
  double median_px = std::numeric_limits<double>::infinity();
  std::map<std::int64_t, double> errors_px;  // by frame of the first camera
};

struct PairOffset {
  std::size_t first = 0, second = 0;
  std::int64_t offset = 0;  // frame f of the first is frame f + offset of the second
  double at_zero_px = 0, at_best_px = 0, sureness = 0;
};

// The frames of the first camera on which every offset is tried: all of them, or if there are many,
// evenly spaced ones of those that both cameras have without an offset.
std::vector<std::int64_t> tried_frames(const ViewPoses& poses, std::size_t first,
                                       std::size_t second) {
  std::vector<std::int64_t> all, common;
  for (const auto& [frame, pose] : poses[first]) {
    all.push_back(frame);
    if (poses[second].contains(frame)) common.push_back(frame);
  }
  const std::size_t most = most_pair_frames(poses.size());
  if (common.size() <= most) return all;
  subsample(common, most);
  return common;
}

std::vector<Matched> matched_views(const Rays& rays, const ViewPoses& poses, std::size_t first,
                                   std::size_t second, std::int64_t offset,
                                   const std::vector<std::int64_t>& frames) {
  std::vector<Matched> matches;
  for (const std::int64_t frame : frames) {
    const auto other = poses[second].find(frame + offset);
    if (other == poses[second].end()) continue;
    matches.push_back(
        {&rays.views[second].at(frame + offset), &poses[first].at(frame), &other->second, frame});
  }
  return matches;
}

// The componentwise median of the poses, with rotations relative to the most central one. For poses
// that agree it is as robust as robust_average(), and fast enough for every pair and offset.
Pose median_pose(const std::vector<Pose>& poses) {
  constexpr std::size_t kCandidates = 15;
  const Pose mean = poses[most_central_rotation(poses, kCandidates)];
  std::array<std::vector<double>, 3> turns, shifts;
  for (const Pose& pose : poses) {
    const Eigen::Vector3d turn = log_so3(mean.rotation.conjugate() * pose.rotation);
    for (int k = 0; k < 3; ++k) {
      turns[k].push_back(turn[k]);
      shifts[k].push_back(pose.translation[k]);
    }
  }
  const Eigen::Vector3d turn(median(turns[0]), median(turns[1]), median(turns[2]));
  return {(mean.rotation * exp_so3(turn)).normalized(),
          {median(shifts[0]), median(shifts[1]), median(shifts[2])}};
}

Trial try_offset(const Rays& rays, const ViewPoses& poses, std::size_t first, std::size_t second,
                 std::int64_t offset, const std::vector<std::int64_t>& frames) {
  Trial trial;
  const std::vector<Matched> matches = matched_views(rays, poses, first, second, offset, frames);
  if (matches.size() < kMinFrames) return trial;
  std::vector<Pose> relative;
  for (const Matched& match : matches)
    relative.push_back(*match.T_2_board * match.T_1_board->inverse());
  const Pose T_2_1 = median_pose(relative);
  std::vector<double> errors;
  for (const Matched& match : matches) {
    errors.push_back(predicted_error_px(rays.board, *match.second, rays.cameras[second].focal_px,
                                        T_2_1 * *match.T_1_board));
    trial.errors_px[match.frame] = errors.back();
  }
  trial.median_px = median(std::move(errors));
  return trial;
}

// The fraction of the common frames in which `best` has the smaller error.
double share_better(const Trial& best, const Trial& zero) {
  int both = 0, better = 0;
  for (const auto& [frame, error] : best.errors_px) {
    const auto other = zero.errors_px.find(frame);
    if (other == zero.errors_px.end()) continue;
    ++both;
    if (error < other->second) ++better;
  }
  return both > 0 ? static_cast<double>(better) / both : 0;
}

std::optional<PairOffset> pair_offset(const Rays& rays, const ViewPoses& poses, std::size_t first,
                                      std::size_t second, std::int64_t stride) {
  const std::vector<std::int64_t> frames = tried_frames(poses, first, second);
  std::map<int, Trial> trials;
  for (int i = -kMaxStrides; i <= kMaxStrides; ++i) {
    Trial trial = try_offset(rays, poses, first, second, i * stride, frames);
    if (std::isfinite(trial.median_px)) trials[i] = std::move(trial);
  }
  const auto zero = trials.find(0);
  if (zero == trials.end() || trials.size() < 2) return std::nullopt;
  int best = 0;
  for (const auto& [i, trial] : trials) {
    if (trial.median_px < trials[best].median_px) best = i;
  }
  double runner_up = std::numeric_limits<double>::infinity();
  for (const auto& [i, trial] : trials) {
    if (i != best) runner_up = std::min(runner_up, trial.median_px);
  }
  const double at_zero = zero->second.median_px, at_best = trials[best].median_px;
  // The limit is for exact synthetic data, which have no error at the right offset.
  const double sureness = runner_up / std::max(at_best, 1e-3);
  if (sureness < kMinSureness) return std::nullopt;
  if (best != 0 && (at_zero < kMinErrorRatio * at_best || at_zero - at_best < kMinGainPx ||
                    share_better(trials[best], zero->second) < kMinBetterShare)) {
    return std::nullopt;
  }
  return PairOffset{first, second, best * stride, at_zero, at_best, sureness};
}

// The offsets of all pairs of cameras that have a certain one.
std::vector<PairOffset> pair_offsets(const Rays& rays, const ViewPoses& poses, std::int64_t stride,
                                     int jobs) {
  std::vector<std::size_t> cameras(rays.cameras.size());
  std::iota(cameras.begin(), cameras.end(), 0);
  const std::vector<CameraPair> pairs = camera_pairs(cameras);
  std::vector<std::optional<PairOffset>> found(pairs.size());
  parallel_for(pairs.size(), jobs, [&](std::size_t i) {
    found[i] = pair_offset(rays, poses, pairs[i].first, pairs[i].second, stride);
  });
  std::vector<PairOffset> offsets;
  for (const auto& offset : found) {
    if (offset) offsets.push_back(*offset);
  }
  return offsets;
}

// The most common difference of consecutive frame numbers, the smallest of equally common ones. 1
// if it is so large that frame numbers with an offset would exceed their range.
std::int64_t common_stride(const Observations& observations) {
  std::set<std::int64_t> frames;
  for (const View& view : observations.views) frames.insert(view.frame);
  for (const MissingView& view : observations.missing) frames.insert(view.frame);
  std::map<std::int64_t, int> steps;
  for (auto frame = frames.begin(); frame != frames.end(); ++frame) {
    if (const auto next = std::next(frame); next != frames.end()) ++steps[*next - *frame];
  }
  std::int64_t stride = 1;
  int most = 0;
  for (const auto& [step, count] : steps) {
    if (count > most) {
      stride = step;
      most = count;
    }
  }
  return stride <= kMostFrame / kMaxStrides ? stride : 1;
}

// The offsets of all cameras that the pairs connect to `root`, along the maximum spanning tree by
// sureness (Prim's algorithm; the pairs are sorted).
std::map<std::size_t, std::int64_t> connected_offsets(const std::vector<PairOffset>& pairs,
                                                      std::size_t root) {
  std::map<std::size_t, std::int64_t> offsets{{root, 0}};
  for (bool grown = true; grown;) {
    grown = false;
    for (const PairOffset& pair : pairs) {
      const auto first = offsets.find(pair.first), second = offsets.find(pair.second);
      if ((first == offsets.end()) == (second == offsets.end())) continue;
      if (first != offsets.end()) {
        offsets[pair.second] = first->second + pair.offset;
      } else {
        offsets[pair.first] = second->second - pair.offset;
      }
      grown = true;
      break;
    }
  }
  return offsets;
}

// The most common offset; `preferred` if it is one of several equally common ones.
std::int64_t most_common(const std::map<std::size_t, std::int64_t>& offsets,
                         std::int64_t preferred) {
  std::map<std::int64_t, int> counts;
  for (const auto& [camera, offset] : offsets) ++counts[offset];
  std::int64_t best = preferred;
  for (const auto& [offset, count] : counts) {
    if (count > counts[best]) best = offset;
  }
  return best;
}

// Sets the metrics of a stream from its pair with the largest sureness, if possible one whose other
// stream has the offset 0. The pairs are sorted by sureness.
void set_errors(const std::vector<PairOffset>& pairs, std::size_t camera,
                std::vector<SyncOffset>& streams) {
  const PairOffset* chosen = nullptr;
  for (const PairOffset& pair : pairs) {
    if (pair.first != camera && pair.second != camera) continue;
    const std::size_t other = pair.first == camera ? pair.second : pair.first;
    const bool in_step = streams[other].offset_frames == 0;
    if (!chosen || in_step) chosen = &pair;
    if (in_step) break;
  }
  if (!chosen) return;
  streams[camera].error_at_zero_px = chosen->at_zero_px;
  streams[camera].error_at_offset_px = chosen->at_best_px;
  streams[camera].against = streams[chosen->first == camera ? chosen->second : chosen->first].name;
  streams[camera].sureness = chosen->sureness;
}

}  // namespace

std::vector<SyncOffset> sync_offsets(const Observations& observations, const Rays& rays,
                                     const ViewPoses& poses, const std::string& reference,
                                     int jobs) {
  std::vector<SyncOffset> streams;
  for (const RayCamera& camera : rays.cameras) {
    streams.push_back({camera.name, std::nullopt, "", 0, 0, "", 0});
    streams.back().why_not =
        "no offset is clearly the best: the board hardly moved from frame to frame, or too few "
        "frames are shared with another camera";
  }
  if (!has_one_frame(rays.board)) {
    for (SyncOffset& stream : streams)
      stream.why_not = "the relative poses of the boards are not known";
    return streams;
  }
  const std::int64_t stride = common_stride(observations);
  std::vector<PairOffset> pairs = pair_offsets(rays, poses, stride, jobs);
  std::stable_sort(pairs.begin(), pairs.end(), [](const PairOffset& a, const PairOffset& b) {
    return a.sureness > b.sureness;
  });
  std::set<std::size_t> done;
  std::vector<std::size_t> roots;
  for (std::size_t i = 0; i < streams.size(); ++i) {
    const bool is_reference = streams[i].name == reference;
    roots.insert(is_reference ? roots.begin() : roots.end(), i);
  }
  for (const std::size_t root : roots) {
    if (done.contains(root)) continue;
    const auto offsets = connected_offsets(pairs, root);
    if (offsets.size() < 2) continue;
    const std::int64_t zero = most_common(offsets, 0);
    for (const auto& [camera, offset] : offsets) {
      done.insert(camera);
      streams[camera].offset_frames = offset - zero;
      streams[camera].why_not.clear();
    }
  }
  for (std::size_t i = 0; i < streams.size(); ++i) set_errors(pairs, i, streams);
  return streams;
}

}  // namespace calib
