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

constexpr int kMostStrides = 10;
constexpr std::size_t kLeastFrames = 8;  // fewer could agree by chance
constexpr std::size_t kCornersTried = 9;
// A pair is only believed where its second-best offset is this much worse ...
constexpr double kClear = 1.2;
// ... and to be late where no offset at all is worse by far, ...
constexpr double kClearlyLate = 1.5, kLeastGain_px = 0.3;
// ... in nearly all frames. By chance 30 of 40 frames agree once in a thousand times.
constexpr double kShareBetter = 0.75;

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

// The frames of the first camera that every offset is tried on: all of them, or an even choice of
// those that are common without an offset.
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

// Medians of the coordinates, about the start: as robust as a geometric median where the poses
// agree, and quick enough to be tried for every pair and offset.
Pose median_pose(const std::vector<Pose>& poses) {
  constexpr std::size_t kCentersTried = 15;
  const Pose mean = poses[most_central_rotation(poses, kCentersTried)];
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

// RMS over a few corners spread over the view.
double view_error(const Rays& rays, const Matched& match, const Pose& T_2_1, double focal_px) {
  const Pose T_2_board = T_2_1 * *match.T_1_board;
  const std::vector<RayCorner>& corners = match.second->corners;
  const std::size_t step = std::max<std::size_t>(1, corners.size() / kCornersTried);
  double squares = 0;
  int count = 0;
  for (std::size_t i = 0; i < corners.size(); i += step, ++count) {
    const Eigen::Vector3d p = T_2_board * corner_position(rays.board, corners[i].id);
    squares += p.dot(corners[i].ray) > 0 ? ray_error_px(p, corners[i].ray, focal_px).squaredNorm()
                                         : focal_px * focal_px;
  }
  return std::sqrt(squares / count);
}

Trial try_offset(const Rays& rays, const ViewPoses& poses, std::size_t first, std::size_t second,
                 std::int64_t offset, const std::vector<std::int64_t>& frames) {
  Trial trial;
  const std::vector<Matched> matches = matched_views(rays, poses, first, second, offset, frames);
  if (matches.size() < kLeastFrames) return trial;
  std::vector<Pose> relative;
  for (const Matched& match : matches)
    relative.push_back(*match.T_2_board * match.T_1_board->inverse());
  const Pose T_2_1 = median_pose(relative);
  std::vector<double> errors;
  for (const Matched& match : matches) {
    errors.push_back(view_error(rays, match, T_2_1, rays.cameras[second].focal_px));
    trial.errors_px[match.frame] = errors.back();
  }
  trial.median_px = median(std::move(errors));
  return trial;
}

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
  for (int i = -kMostStrides; i <= kMostStrides; ++i) {
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
  // An exact world has no error at all at the right offset.
  const double sureness = runner_up / std::max(at_best, 1e-3);
  if (sureness < kClear) return std::nullopt;
  if (best != 0 && (at_zero < kClearlyLate * at_best || at_zero - at_best < kLeastGain_px ||
                    (share_better(trials[best], zero->second) < kShareBetter))) {
    return std::nullopt;
  }
  return PairOffset{first, second, best * stride, at_zero, at_best, sureness};
}

// Of all pairs of cameras that can tell one.
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

// The commonest step between neighboring frame numbers; the smallest of equally common ones. Of
// numbers so far apart that offsets would leave their range, 1.
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
  return stride <= kMostFrame / kMostStrides ? stride : 1;
}

// Offsets of all cameras that the pairs connect to `root`, the clearest pairs first (Kruskal).
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

// The commonest value; `preferred` where several are equally common and it is one of them.
std::int64_t commonest(const std::map<std::size_t, std::int64_t>& offsets, std::int64_t preferred) {
  std::map<std::int64_t, int> counts;
  for (const auto& [camera, offset] : offsets) ++counts[offset];
  std::int64_t best = preferred;
  for (const auto& [offset, count] : counts) {
    if (count > counts[best]) best = offset;
  }
  return best;
}

// The metrics of the clearest pair (they come first) with a camera that is itself in step.
void tell_errors(const std::vector<PairOffset>& pairs, std::size_t camera,
                 std::vector<SyncOffset>& streams) {
  const PairOffset* told = nullptr;
  for (const PairOffset& pair : pairs) {
    if (pair.first != camera && pair.second != camera) continue;
    const std::size_t other = pair.first == camera ? pair.second : pair.first;
    const bool in_step = streams[other].offset_frames == 0;
    if (!told || in_step) told = &pair;
    if (in_step) break;
  }
  if (!told) return;
  streams[camera].error_at_zero_px = told->at_zero_px;
  streams[camera].error_at_offset_px = told->at_best_px;
  streams[camera].against = streams[told->first == camera ? told->second : told->first].name;
  streams[camera].sureness = told->sureness;
}

}  // namespace

std::vector<SyncOffset> sync_offsets(const Observations& observations, const Rays& rays,
                                     const ViewPoses& poses, const std::string& reference,
                                     int jobs) {
  std::vector<SyncOffset> streams;
  for (const RayCamera& camera : rays.cameras) {
    streams.push_back({camera.name, std::nullopt, "", 0, 0, "", 0});
    streams.back().why_not =
        "no offset fits clearly best: the board hardly moved from frame to frame, or too few "
        "frames are shared with another camera";
  }
  if (!has_one_frame(rays.board)) {
    for (SyncOffset& stream : streams)
      stream.why_not = "it is not known how the boards stand to each other";
    return streams;
  }
  const std::int64_t stride = common_stride(observations);
  std::vector<PairOffset> pairs = pair_offsets(rays, poses, stride, jobs);
  std::stable_sort(pairs.begin(), pairs.end(), [](const PairOffset& a, const PairOffset& b) {
    return a.sureness > b.sureness;
  });
  std::set<std::size_t> told;
  std::vector<std::size_t> roots;
  for (std::size_t i = 0; i < streams.size(); ++i) {
    const bool is_reference = streams[i].name == reference;
    roots.insert(is_reference ? roots.begin() : roots.end(), i);
  }
  for (const std::size_t root : roots) {
    if (told.contains(root)) continue;
    const auto offsets = connected_offsets(pairs, root);
    if (offsets.size() < 2) continue;
    const std::int64_t zero = commonest(offsets, 0);
    for (const auto& [camera, offset] : offsets) {
      told.insert(camera);
      streams[camera].offset_frames = offset - zero;
      streams[camera].why_not.clear();
    }
  }
  for (std::size_t i = 0; i < streams.size(); ++i) tell_errors(pairs, i, streams);
  return streams;
}

}  // namespace calib
