#include "solve/choose_frames.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>

#include "base/median.hpp"
#include "base/parallel.hpp"
#include "base/subsample.hpp"
#include "solve/board_pose.hpp"
#include "solve/frame_information.hpp"
#include "solve/normal_equations.hpp"
#include "solve/rig_bundle.hpp"

namespace calib {
namespace {

// Views whose error is larger than this many times the median do not fit the others.
constexpr double kMostOfMedian = 5;
// The part of the time from frame to frame by which the time of a corner may be wrong.
constexpr double kTimeError_frames = 0.02;

// One frame that may be taken.
struct CandidateFrame {
  std::int64_t frame = 0;
  std::vector<BundleView> views;
  double weight = 1;
  double gain = std::numeric_limits<double>::infinity();  // at the time it was last evaluated
  bool is_taken = false;
};

// How fast the corners of each view move, in pixels per frame: by the views of the same camera in
// the frames before and after.
std::vector<double> speeds_px(const Observations& observations) {
  std::vector<double> speeds(observations.views.size(), 0);
  const auto speed = [&](const View& a, const View& b) {
    std::vector<double> moved;
    auto other = b.corners.begin();
    for (const Corner& corner : a.corners) {
      while (other != b.corners.end() && other->id < corner.id) ++other;
      if (other == b.corners.end()) break;
      if (other->id == corner.id)
        moved.push_back(std::hypot(corner.x - other->x, corner.y - other->y));
    }
    if (moved.empty()) return 0.0;
    return median(moved) / static_cast<double>(std::max<std::int64_t>(1, b.frame - a.frame));
  };
  for (std::size_t v = 1; v < observations.views.size(); ++v) {
    const View &before = observations.views[v - 1], &after = observations.views[v];
    if (before.camera != after.camera) continue;
    const double px = speed(before, after);
    speeds[v - 1] = std::max(speeds[v - 1], px);
    speeds[v] = std::max(speeds[v], px);
  }
  return speeds;
}

// The frames of the bundle with the views that fit, each with its weight.
std::vector<CandidateFrame> candidates_of(const Bundle& bundle, const Observations& observations,
                                          int jobs) {
  const auto errors = reprojection_errors(bundle, bundle.views, jobs);
  std::vector<double> of_views;
  of_views.reserve(errors.size());
  for (const auto& of_view : errors) of_views.push_back(rms(of_view));
  const double usual = median(of_views);
  const std::vector<double> speeds = speeds_px(observations);
  std::map<std::int64_t, CandidateFrame> by_frame;
  std::map<std::int64_t, double> fastest;
  for (std::size_t v = 0; v < bundle.views.size(); ++v) {
    const BundleView& view = bundle.views[v];
    const std::int64_t frame = observations.views[view.observed_view].frame;
    if (!(of_views[v] <= kMostOfMedian * usual)) continue;
    CandidateFrame& candidate = by_frame[frame];
    candidate.frame = frame;
    candidate.views.push_back(view);
    fastest[frame] = std::max(fastest[frame], speeds[view.observed_view]);
  }
  std::vector<CandidateFrame> candidates;
  candidates.reserve(by_frame.size());
  for (auto& [frame, candidate] : by_frame) {
    const double error = kTimeError_frames * fastest[frame] / std::max(usual, 1e-3);
    candidate.weight = 1 / (1 + error * error);
    candidates.push_back(std::move(candidate));
  }
  return candidates;
}

class FrameChooser {
 public:
  FrameChooser(const Bundle& bundle, std::vector<CandidateFrame> candidates,
               const ChooseOptions& options, int jobs)
      : bundle_(bundle),
        layout_(bundle),
        candidates_(std::move(candidates)),
        options_(options),
        jobs_(jobs) {}

  std::vector<ChosenFrame> choose(Progress& progress) {
    Eigen::MatrixXd all = sum_of_all();
    // Parameters have units of their own: a mean frame has the information 1 about each.
    const Eigen::VectorXd mean = all.diagonal() / static_cast<double>(candidates_.size());
    scale_ = mean.array().max(1e-300).rsqrt();
    all = scale_.asDiagonal() * all * scale_.asDiagonal();
    // The start makes the first variances finite.
    const Eigen::MatrixXd prior = 1e-3 * Eigen::MatrixXd::Identity(layout_.size, layout_.size);
    const Eigen::VectorXd ones = Eigen::VectorXd::Ones(layout_.size);
    const Eigen::VectorXd least = InformationSum(all + prior, ones).variances();
    InformationSum sum(prior, least.cwiseInverse() / layout_.size);
    std::vector<ChosenFrame> chosen;
    const auto most = static_cast<std::size_t>(options_.max_frames);
    while (chosen.size() < most && !is_enough(chosen)) {
      const auto best = take_best(sum);
      if (!best) break;
      chosen.push_back({candidates_[*best].frame, std::sqrt(sum.weighted_variance())});
      progress.advance();
    }
    return chosen;
  }

 private:
  // A frame with a smaller weight has less information.
  FrameInformation information_of(const CandidateFrame& candidate,
                                  const Eigen::VectorXd& scale) const {
    return scaled(frame_information(bundle_, layout_, candidate.views), scale, candidate.weight);
  }

  Eigen::MatrixXd sum_of_all() {
    // In parts of a fixed size, so that the sum does not depend on the threads.
    constexpr std::size_t kPart = 64;
    const std::size_t parts = (candidates_.size() + kPart - 1) / kPart;
    std::vector<Eigen::MatrixXd> sums(parts);
    const Eigen::VectorXd ones = Eigen::VectorXd::Ones(layout_.size);
    parallel_for(parts, jobs_, [&](std::size_t p) {
      sums[p] = Eigen::MatrixXd::Zero(layout_.size, layout_.size);
      for (std::size_t i = p * kPart; i < std::min(candidates_.size(), (p + 1) * kPart); ++i) {
        const FrameInformation frame = information_of(candidates_[i], ones);
        sums[p](frame.columns, frame.columns) += frame.values;
      }
    });
    Eigen::MatrixXd all = Eigen::MatrixXd::Zero(layout_.size, layout_.size);
    for (const Eigen::MatrixXd& sum : sums) all += sum;
    return all;
  }

  bool is_enough(const std::vector<ChosenFrame>& chosen) const {
    constexpr std::size_t kLast = 5;
    if (chosen.size() < 2 * kLast) return false;
    const double before = chosen[chosen.size() - 1 - kLast].sigma_ratio;
    return chosen.back().sigma_ratio > (1 - options_.least_gain) * before;
  }

  // Takes the frame with the largest gain. Gains that were found earlier are upper bounds: the
  // candidates are evaluated again in their order, until one stays the best.
  std::optional<std::size_t> take_best(InformationSum& sum) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < candidates_.size(); ++i)
      if (!candidates_[i].is_taken) order.push_back(i);
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return std::pair(-candidates_[a].gain, a) < std::pair(-candidates_[b].gain, b);
    });
    std::optional<std::size_t> best;
    for (std::size_t done = 0; done < order.size();) {
      if (best && candidates_[*best].gain >= candidates_[order[done]].gain) break;
      const std::size_t count = std::min(kBatch, order.size() - done);
      parallel_for(count, jobs_, [&](std::size_t k) {
        CandidateFrame& candidate = candidates_[order[done + k]];
        candidate.gain = sum.gain(information_of(candidate, scale_));
      });
      for (std::size_t k = 0; k < count; ++k) {
        const std::size_t i = order[done + k];
        if (!best || candidates_[i].gain > candidates_[*best].gain) best = i;
      }
      done += count;
    }
    if (!best || candidates_[*best].gain <= 0) return std::nullopt;
    sum.add(information_of(candidates_[*best], scale_));
    take_with_neighbors(*best);
    return best;
  }

  // In a dense recording, the errors of frames that are near each other are alike.
  void take_with_neighbors(std::size_t taken) {
    const std::size_t reach =
        candidates_.size() / (8 * static_cast<std::size_t>(options_.max_frames));
    const std::size_t first = taken < reach ? 0 : taken - reach;
    for (std::size_t i = first; i <= std::min(candidates_.size() - 1, taken + reach); ++i)
      candidates_[i].is_taken = true;
  }

  // Few enough that none is evaluated in vain, and a fixed number, so that the choice does not
  // depend on the threads.
  static constexpr std::size_t kBatch = 8;

  const Bundle& bundle_;
  SharedLayout layout_;
  Eigen::VectorXd scale_;  // of each shared parameter
  std::vector<CandidateFrame> candidates_;
  ChooseOptions options_;
  int jobs_;
};

// Frames that are spread evenly over those of a camera that is not connected to the others.
void add_spread_frames(const Observations& observations, int camera, std::size_t most,
                       std::vector<ChosenFrame>& chosen) {
  std::vector<std::int64_t> frames;
  for (const View& view : observations.views)
    if (view.camera == camera) frames.push_back(view.frame);
  const double sigma_ratio = chosen.empty() ? 1 : chosen.back().sigma_ratio;
  for (const std::size_t i : evenly_spread(frames.size(), most)) {
    const bool is_there = std::any_of(chosen.begin(), chosen.end(), [&](const ChosenFrame& frame) {
      return frame.frame == frames[i];
    });
    if (!is_there) chosen.push_back({frames[i], sigma_ratio});
  }
}

}  // namespace

std::vector<Option> describe(ChooseOptions& o) {
  return {Option::number("max_frames", o.max_frames, "choose at most this many frames").at_least(5),
          Option::number("least_gain", o.least_gain,
                         "stop when five more frames reduce the standard deviations by less than "
                         "this share")
              .at_least(0)
              .at_most(1)};
}

FrameChoice choose_frames(const Observations& observations, const Calibration& lenses,
                          const ChooseOptions& options, int jobs, Progress& progress) {
  ExtrinsicsOptions rough;
  rough.allow_partial = true;
  rough.shape.sync = Sync::kOff;
  progress.begin("choose", static_cast<std::size_t>(options.max_frames));
  InitialRig rig = find_initial_rig(observations, lenses, rough, jobs);
  Bundle bundle = make_bundle(rig, lenses, find_held_cameras(observations, lenses, rough), rough);
  reject_impossible_views(bundle, rig, jobs);
  FrameChoice choice;
  std::set<std::int64_t> frames;
  for (const View& view : observations.views) frames.insert(view.frame);
  choice.candidates = frames.size();
  std::vector<CandidateFrame> candidates = candidates_of(bundle, rig.observations, jobs);
  if (!candidates.empty())
    choice.frames = FrameChooser(bundle, std::move(candidates), options, jobs).choose(progress);
  for (std::size_t i = 0; i < observations.cameras.size(); ++i) {
    if (!rig.T_cam_rig[i])
      add_spread_frames(observations, static_cast<int>(i),
                        static_cast<std::size_t>(options.max_frames), choice.frames);
  }
  progress.end();
  return choice;
}

Observations select_frames(const Observations& observations, const FrameChoice& choice) {
  std::set<std::int64_t> frames;
  for (const ChosenFrame& chosen : choice.frames) frames.insert(chosen.frame);
  Observations selected = observations;
  selected.choice = choice;
  std::erase_if(selected.views, [&](const View& view) { return !frames.contains(view.frame); });
  std::erase_if(selected.missing,
                [&](const MissingView& view) { return !frames.contains(view.frame); });
  return selected;
}

}  // namespace calib
