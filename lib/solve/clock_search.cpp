#include "solve/clock_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "base/errors.hpp"
#include "base/median.hpp"
#include "base/parallel.hpp"
#include "geometry/pose_average.hpp"
#include "scene/flat_points.hpp"
#include "solve/board_motion.hpp"

namespace calib {
namespace {

using Vector6 = Eigen::Matrix<double, 6, 1>;

// The longest shift that is searched, in seconds and as a part of the recording.
constexpr double kLongestShift = 20, kLongestShare = 0.6;
// A shift needs this many views that both cameras have, and this part of the most that any shift
// has.
constexpr std::size_t kLeastMatches = 8;
constexpr double kLeastShare = 0.3;
// The views by which shifts are compared.
constexpr std::size_t kComparedViews = 60;
// A shift must make the pose between the cameras this much more constant than no shift does, and
// than most shifts do.
constexpr double kClearlyBetter = 0.6, kClearlyBest = 0.3;
// The path between two poses of a camera is known if they are at most this many frames apart.
constexpr double kMostFramesApart = 3;
// The most by which the velocity may change from frame to frame, as a part of it.
constexpr double kMostChange = 0.7;
// Steps of whole frames: what a step costs, and the most that a view can say, in squared sigmas.
constexpr double kStepCost = 40, kMostCost = 9;
constexpr int kMostFramesLost = 60;
constexpr double kLeastSigma = 0.05;        // of the shift of a view, in frames
constexpr std::size_t kLeastForSlope = 60;  // views
// A clock is reported only if it differs from a synchronized one by this many standard deviations
// and this many frames.
constexpr double kClearSigmas = 6, kClearFrames = 0.02;

// A camera's board poses by time.
struct Track {
  std::vector<double> times;
  std::vector<Pose> poses;
  std::vector<std::int64_t> frames;  // on file
};

// The board's pose and velocity in a camera at a time, from the two poses around it.
struct PathPoint {
  Pose T_cam_board;
  Vector6 velocity;
};

// Whether the board moves between poses k - 1 and k much as it did before or does afterwards. If it
// rests before and after, its positions in between are not known. Distances from the camera are too
// noisy to tell.
bool goes_on(const Track& track, std::size_t k, const Vector6& velocity) {
  const auto differs = [&](std::size_t from, std::size_t to) {
    const Vector6 other =
        motion_between(track.poses[from], track.poses[to]) / (track.times[to] - track.times[from]);
    const Eigen::Vector2d own = velocity.segment<2>(3);
    return (other.segment<2>(3) - own).norm() > kMostChange * own.norm();
  };
  const bool before = k < 2 || differs(k - 2, k - 1);
  const bool after = k + 1 >= track.poses.size() || differs(k, k + 1);
  return !(before && after);
}

std::optional<PathPoint> point_at(const Track& track, double time, double interval) {
  const auto next = std::lower_bound(track.times.begin(), track.times.end(), time);
  if (next == track.times.end() || next == track.times.begin()) return std::nullopt;
  const auto k = static_cast<std::size_t>(next - track.times.begin());
  const double span = track.times[k] - track.times[k - 1];
  if (!(span > 0) || span > kMostFramesApart * interval) return std::nullopt;
  const Vector6 step = motion_between(track.poses[k - 1], track.poses[k]);
  if (!goes_on(track, k, step / span)) return std::nullopt;
  return PathPoint{retract(track.poses[k - 1], (time - track.times[k - 1]) / span * step),
                   step / span};
}

// Compares board poses of two cameras. Rotations are lengths at the half of the board's size.
class PosePair {
 public:
  PosePair(const Board& board, const std::vector<Pose>& symmetries) : symmetries_(symmetries) {
    const Eigen::Vector2d extent = flat_extent(board.parts.empty() ? board : board.parts.front());
    half_size_ = std::max(1e-6, extent.norm() / 2);
    center_ = {extent.x() / 2, extent.y() / 2, 0};
  }

  // How the board stands in camera b beside where the pose between the cameras places it: a
  // rotation, and the shift of the board's center, both as lengths.
  Vector6 difference(const Pose& predicted, const Pose& seen) const {
    Vector6 best;
    double least = std::numeric_limits<double>::infinity();
    for (const Pose& symmetry : symmetries_) {
      const Pose labeled = seen * symmetry;
      Vector6 value;
      value << half_size_ *
                   log_so3((labeled.rotation * predicted.rotation.conjugate()).normalized()),
          labeled * center_ - predicted * center_;
      if (value.squaredNorm() < least) {
        least = value.squaredNorm();
        best = value;
      }
    }
    return best;
  }

  // Whether difference(predicted, seen).norm() is below the limit, in less time if it is far above.
  bool is_near(const Pose& predicted, const Pose& seen, double limit) const {
    constexpr double kRounding = 1e-9;
    const Eigen::Vector3d center = predicted * center_;
    const double far = limit * limit * (1 + kRounding);
    const auto may_be_near = [&](const Pose& symmetry) {
      return (seen * (symmetry * center_) - center).squaredNorm() < far;
    };
    return std::any_of(symmetries_.begin(), symmetries_.end(), may_be_near) &&
           difference(predicted, seen).norm() < limit;
  }

  // The same for a small motion (w, t) of a pose.
  Vector6 length_of(const Pose& pose, const Vector6& motion) const {
    Vector6 value;
    const Eigen::Vector3d turn = motion.head<3>();
    value << half_size_ * turn, turn.cross(pose.rotation * center_) + motion.tail<3>();
    return value;
  }

  const std::vector<Pose>& symmetries() const { return symmetries_; }

 private:
  std::vector<Pose> symmetries_;
  double half_size_ = 1;
  Eigen::Vector3d center_ = Eigen::Vector3d::Zero();
};

struct Match {
  Pose a, b;
};

// The poses of both cameras at the same time, if those of b are shifted.
std::vector<Match> matches_at(const Track& a, const Track& b, double shift, double interval,
                              std::size_t most) {
  std::vector<Match> all;
  for (std::size_t i = 0; i < b.times.size(); ++i) {
    const double time = b.times[i] + shift;
    const auto next = std::lower_bound(a.times.begin(), a.times.end(), time - interval / 2);
    if (next == a.times.end() || *next > time + interval / 2) continue;
    all.push_back({a.poses[static_cast<std::size_t>(next - a.times.begin())], b.poses[i]});
  }
  if (all.size() <= most) return all;
  std::vector<Match> some;
  some.reserve(most);
  for (std::size_t k = 0; k < most; ++k) some.push_back(all[k * all.size() / most]);
  return some;
}

// The pose between the cameras on which the matches agree best, and how far they are from it.
struct Agreement {
  Pose T_b_a;
  double median_error = std::numeric_limits<double>::infinity();
  std::size_t count = 0;
};

// The poses between the cameras that some of the matches give.
std::vector<Pose> candidates_of(const std::vector<Match>& matches, const PosePair& pair) {
  std::vector<Pose> candidates;
  for (std::size_t c = 0; c < matches.size(); c += std::max<std::size_t>(1, matches.size() / 20)) {
    for (const Pose& symmetry : pair.symmetries())
      candidates.push_back(matches[c].b * symmetry * matches[c].a.inverse());
  }
  return candidates;
}

Agreement agreement_of(const std::vector<Match>& matches, const PosePair& pair) {
  Agreement best;
  best.count = matches.size();
  for (const Pose& T_b_a : candidates_of(matches, pair)) {
    std::vector<double> errors;
    errors.reserve(matches.size());
    for (const Match& match : matches)
      errors.push_back(pair.difference(T_b_a * match.a, match.b).norm());
    const double error = median(std::move(errors));
    if (error < best.median_error) {
      best.median_error = error;
      best.T_b_a = T_b_a;
    }
  }
  return best;
}

// Whether agreement_of() has a median error below the limit, in less time if it is far above.
bool agrees_within(const std::vector<Match>& matches, const PosePair& pair, double limit) {
  const std::size_t most_far = matches.size() - std::min(matches.size(), matches.size() / 2 + 1);
  const std::vector<Pose> candidates = candidates_of(matches, pair);
  return std::any_of(candidates.begin(), candidates.end(), [&](const Pose& T_b_a) {
    std::size_t far = 0;
    return std::all_of(matches.begin(), matches.end(), [&](const Match& match) {
      return pair.is_near(T_b_a * match.a, match.b, limit) || ++far <= most_far;
    });
  });
}

// The shift of b by whole frames with which its poses agree best with those of a.
struct Shift {
  double seconds = 0;
  Agreement agreement;
};

// Whether no shift is clearly better than none, whose agreement is given: as nearly all cameras are
// in step, they need no more to be known of their shifts.
template <class MatchesOf>
bool is_clearly_in_step(const Agreement& in_step, std::size_t shifts, const MatchesOf& matches_of,
                        const PosePair& pair, int jobs) {
  if (static_cast<double>(in_step.count) < kLeastShare * kComparedViews) return false;
  std::atomic<bool> any_better = false;
  parallel_for(shifts, jobs, [&](std::size_t k) {
    if (!any_better && agrees_within(matches_of(k), pair, kClearlyBetter * in_step.median_error))
      any_better = true;
  });
  return !any_better;
}

std::optional<Shift> best_shift(const Track& a, const Track& b, double interval,
                                const PosePair& pair, int jobs) {
  const double duration =
      std::max(a.times.back(), b.times.back()) - std::min(a.times.front(), b.times.front());
  const int most = static_cast<int>(std::min(kLongestShift, kLongestShare * duration) / interval);
  std::vector<Shift> shifts(2 * static_cast<std::size_t>(most) + 1);
  const auto matches_of = [&](std::size_t k) {
    shifts[k].seconds = interval * (static_cast<double>(k) - most);
    return matches_at(a, b, shifts[k].seconds, interval, kComparedViews);
  };
  Shift& in_step = shifts[static_cast<std::size_t>(most)];
  in_step.agreement = agreement_of(matches_of(static_cast<std::size_t>(most)), pair);
  if (is_clearly_in_step(in_step.agreement, shifts.size(), matches_of, pair, jobs)) return in_step;
  parallel_for(shifts.size(), jobs,
               [&](std::size_t k) { shifts[k].agreement = agreement_of(matches_of(k), pair); });
  const auto count_of = [](const Shift& shift) { return shift.agreement.count; };
  const std::size_t most_matches =
      count_of(*std::max_element(shifts.begin(), shifts.end(), [&](const Shift& x, const Shift& y) {
        return count_of(x) < count_of(y);
      }));
  const auto is_supported = [&](const Shift& shift) {
    return shift.agreement.count >= kLeastMatches &&
           static_cast<double>(shift.agreement.count) >=
               kLeastShare * static_cast<double>(most_matches);
  };
  const Shift* best = nullptr;
  for (const Shift& shift : shifts) {
    if (is_supported(shift) &&
        (!best || shift.agreement.median_error < best->agreement.median_error))
      best = &shift;
  }
  if (!best) return std::nullopt;
  std::vector<double> errors;
  errors.reserve(shifts.size());
  for (const Shift& shift : shifts) {
    if (is_supported(shift)) errors.push_back(shift.agreement.median_error);
  }
  const double least = best->agreement.median_error;
  const bool is_clear = least < kClearlyBest * median(std::move(errors)) &&
                        least < kClearlyBetter * in_step.agreement.median_error;
  if (is_clear) return *best;
  return is_supported(in_step) ? std::optional(in_step) : std::nullopt;
}

// By how much a view of b is later than its time on file, from its board pose on the path of a.
struct ViewShift {
  double time = 0, shift = 0, sigma = 0;
  std::int64_t frame = 0;
};

// Of each view of b that camera a saw at the same time: the difference to where it should be, and
// the velocity there.
struct Lag {
  std::size_t view;
  double shift;  // that was tried
  Vector6 error, velocity;
};

std::vector<Lag> lags_of(const Track& a, const Track& b, const std::vector<double>& shifts,
                         const Pose& T_b_a, double interval, const PosePair& pair) {
  std::vector<Lag> lags;
  for (std::size_t i = 0; i < b.times.size(); ++i) {
    const auto point = point_at(a, b.times[i] + shifts[i], interval);
    if (!point) continue;
    const Pose predicted = T_b_a * point->T_cam_board;
    Vector6 motion;  // of the pose in b
    motion << T_b_a.rotation * point->velocity.head<3>(),
        T_b_a.rotation * (point->velocity.tail<3>());
    // retract() turns about the frame's axes and moves the origin: the velocity of T_a_board.
    lags.push_back(
        {i, shifts[i], pair.difference(predicted, b.poses[i]), pair.length_of(predicted, motion)});
  }
  return lags;
}

// The robust standard deviation of each coordinate of the errors.
Vector6 spread_of(const std::vector<Lag>& lags) {
  Vector6 spread;
  for (int k = 0; k < 6; ++k) {
    std::vector<double> sizes;
    sizes.reserve(lags.size());
    for (const Lag& lag : lags) sizes.push_back(std::abs(lag.error[k]));
    spread[k] = std::max(1e-9, median(std::move(sizes)) / 0.6745);
  }
  return spread;
}

std::vector<ViewShift> view_shifts(const Track& b, const std::vector<Lag>& lags,
                                   const Vector6& spread) {
  std::vector<ViewShift> shifts;
  shifts.reserve(lags.size());
  for (const Lag& lag : lags) {
    const Vector6 velocity = lag.velocity.cwiseQuotient(spread);
    const double information = velocity.squaredNorm();
    if (!(information > 0)) continue;
    shifts.push_back({b.times[lag.view],
                      lag.shift + velocity.dot(lag.error.cwiseQuotient(spread)) / information,
                      1 / std::sqrt(information), b.frames[lag.view]});
  }
  return shifts;
}

// shift = offset + slope * (time - middle) + interval * steps of the view.
struct ShiftLine {
  double offset = 0, slope = 0, middle = 0;
  double offset_std = 0, slope_std = 0;
  std::vector<int> steps;  // by view, from the first one's on
};

double weighted_median(std::vector<std::pair<double, double>> values) {
  std::sort(values.begin(), values.end());
  double sum = 0, half = 0;
  for (const auto& [value, weight] : values) half += weight / 2;
  for (const auto& [value, weight] : values) {
    sum += weight;
    if (sum >= half) return value;
  }
  return values.empty() ? 0 : values.back().first;
}

// The slope on which pairs of blocks that are near each other agree, so that steps do not matter.
double robust_slope(const std::vector<ViewShift>& shifts) {
  constexpr std::size_t kBlock = 25;
  std::vector<std::pair<double, double>> blocks;  // time, shift
  for (std::size_t i = 0; i + kBlock <= shifts.size(); i += kBlock) {
    std::vector<std::pair<double, double>> values;
    double time = 0;
    for (std::size_t k = i; k < i + kBlock; ++k) {
      values.emplace_back(shifts[k].shift, 1 / (shifts[k].sigma * shifts[k].sigma));
      time += shifts[k].time / kBlock;
    }
    blocks.emplace_back(time, weighted_median(std::move(values)));
  }
  std::vector<double> slopes;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    for (std::size_t k = i + 2; k < std::min(blocks.size(), i + 6); ++k) {
      slopes.push_back((blocks[k].second - blocks[i].second) / (blocks[k].first - blocks[i].first));
    }
  }
  return slopes.size() < 4 ? 0 : median(std::move(slopes));
}

// The steps of whole frames between views that cost least: what views say against them, and a fixed
// cost for each change (the Viterbi algorithm).
std::vector<int> cheapest_steps(const std::vector<ViewShift>& shifts, const ShiftLine& line,
                                double interval, double unit_sigma) {
  constexpr int kStates = 2 * kMostFramesLost + 1;
  std::vector<std::array<int, kStates>> came_from(shifts.size());
  std::vector<double> cost(kStates, 0), next(kStates);
  for (std::size_t i = 0; i < shifts.size(); ++i) {
    const auto cheapest = std::min_element(cost.begin(), cost.end());
    const int from = static_cast<int>(cheapest - cost.begin());
    const double rest = shifts[i].shift - line.offset - line.slope * (shifts[i].time - line.middle);
    const double sigma = std::hypot(unit_sigma * shifts[i].sigma, kLeastSigma * interval);
    for (int s = 0; s < kStates; ++s) {
      const bool stays = cost[static_cast<std::size_t>(s)] <= *cheapest + kStepCost;
      const double error = (rest - interval * (s - kMostFramesLost)) / sigma;
      came_from[i][static_cast<std::size_t>(s)] = stays ? s : from;
      next[static_cast<std::size_t>(s)] =
          (stays ? cost[static_cast<std::size_t>(s)] : *cheapest + kStepCost) +
          std::min(error * error, kMostCost);
    }
    std::swap(cost, next);
  }
  std::vector<int> steps(shifts.size());
  int state = static_cast<int>(std::min_element(cost.begin(), cost.end()) - cost.begin());
  for (std::size_t i = shifts.size(); i-- > 0;) {
    steps[i] = state - kMostFramesLost;
    state = came_from[i][static_cast<std::size_t>(state)];
  }
  return steps;
}

// Weighted least squares of offset and slope, without the views that are far from the line.
void fit_line(const std::vector<ViewShift>& shifts, double interval, bool with_slope,
              ShiftLine& line) {
  const auto rest_of = [&](std::size_t i) {
    return shifts[i].shift - interval * line.steps[i] - line.offset -
           line.slope * (shifts[i].time - line.middle);
  };
  for (int round = 0; round < 5; ++round) {
    std::vector<double> sizes;
    sizes.reserve(shifts.size());
    for (std::size_t i = 0; i < shifts.size(); ++i)
      sizes.push_back(std::abs(rest_of(i)) / shifts[i].sigma);
    const double unit = std::max(1e-12, median(sizes) / 0.6745);
    Eigen::Matrix2d normal = Eigen::Matrix2d::Zero();
    Eigen::Vector2d right = Eigen::Vector2d::Zero();
    for (std::size_t i = 0; i < shifts.size(); ++i) {
      if (sizes[i] > 3 * unit) continue;
      const Eigen::Vector2d row(1, with_slope ? shifts[i].time - line.middle : 0);
      const double weight = 1 / (unit * unit * shifts[i].sigma * shifts[i].sigma);
      normal += weight * row * row.transpose();
      right += weight * rest_of(i) * row;
    }
    if (!with_slope) normal(1, 1) = 1;
    if (!(normal.determinant() > 0)) return;
    const Eigen::Matrix2d inverse = normal.inverse();
    const Eigen::Vector2d change = inverse * right;
    line.offset += change[0];
    line.slope += change[1];
    line.offset_std = std::sqrt(inverse(0, 0));
    line.slope_std = with_slope ? std::sqrt(inverse(1, 1)) : 0;
  }
}

// The robust ratio of the noise of the shifts to their sigmas, from one view to the next, so that
// steps and slopes do not matter.
double unit_sigma_of(const std::vector<ViewShift>& shifts) {
  std::vector<double> sizes;
  sizes.reserve(shifts.size());
  for (std::size_t i = 1; i < shifts.size(); ++i) {
    sizes.push_back(std::abs(shifts[i].shift - shifts[i - 1].shift) /
                    std::hypot(shifts[i].sigma, shifts[i - 1].sigma));
  }
  return std::max(1e-12, median(std::move(sizes)) / 0.6745);
}

// The line with this slope at first, and what it costs.
struct FittedLine {
  ShiftLine line;
  double cost = 0;
};

FittedLine fit_from_slope(const std::vector<ViewShift>& shifts, double slope, double interval,
                          double unit_sigma) {
  FittedLine fitted;
  ShiftLine& line = fitted.line;
  line.middle = (shifts.front().time + shifts.back().time) / 2;
  line.slope = slope;
  std::vector<std::pair<double, double>> rests;
  rests.reserve(shifts.size());
  for (const ViewShift& each : shifts) {
    rests.emplace_back(each.shift - line.slope * (each.time - line.middle),
                       1 / (each.sigma * each.sigma));
  }
  line.offset = weighted_median(rests);
  const bool with_slope = shifts.size() >= kLeastForSlope;
  for (int round = 0; round < 3; ++round) {
    line.steps = cheapest_steps(shifts, line, interval, unit_sigma);
    fit_line(shifts, interval, with_slope, line);
  }
  for (std::size_t i = 0; i < shifts.size(); ++i) {
    const double rest = shifts[i].shift - interval * line.steps[i] - line.offset -
                        line.slope * (shifts[i].time - line.middle);
    const double sigma = std::hypot(unit_sigma * shifts[i].sigma, kLeastSigma * interval);
    fitted.cost += std::min(rest * rest / (sigma * sigma), kMostCost);
    if (i > 0 && line.steps[i] != line.steps[i - 1]) fitted.cost += kStepCost;
  }
  return fitted;
}

// Frames that were lost one by one, and a camera with another rate, both look like a slope: the
// explanation that costs less is taken.
ShiftLine fit_shifts(const std::vector<ViewShift>& shifts, double interval) {
  const double unit_sigma = unit_sigma_of(shifts);
  FittedLine level = fit_from_slope(shifts, 0, interval, unit_sigma);
  FittedLine sloped = fit_from_slope(shifts, robust_slope(shifts), interval, unit_sigma);
  return sloped.cost < level.cost ? sloped.line : level.line;
}

// The shift of every view of b by a line: those between two views of it have the steps of the
// first.
std::vector<double> shifts_along(const Track& b, const std::vector<ViewShift>& shifts,
                                 const ShiftLine& line, double interval) {
  std::vector<double> result;
  result.reserve(b.times.size());
  std::size_t k = 0;
  for (const double time : b.times) {
    while (k + 1 < shifts.size() && shifts[k + 1].time <= time) ++k;
    result.push_back(line.offset + line.slope * (time - line.middle) + interval * line.steps[k]);
  }
  return result;
}

CameraTime to_time(const std::vector<ViewShift>& shifts, const ShiftLine& line, double interval) {
  CameraTime time;
  int before = line.steps.front();
  // The time on file with all shifts, t', has the rig time t' + offset + slope * (t - middle); the
  // slope is of the time without shifts, which differs from it by less than the noise.
  time.rate = 1 + line.slope;
  time.offset_s = line.offset - line.slope * line.middle + before * interval;
  for (std::size_t i = 1; i < shifts.size(); ++i) {
    if (line.steps[i] == before) continue;
    const int frames = line.steps[i] - before;
    time.jumps.push_back({shifts[i].frame, frames, frames * interval});
    before = line.steps[i];
  }
  return time;
}

// Whether the board usually goes on as it moved before: only then is its place between two frames
// known. Distances from the camera are too noisy to tell.
bool is_smooth(const Track& track) {
  std::vector<double> speeds, changes;
  Eigen::Vector2d before = Eigen::Vector2d::Zero();
  for (std::size_t k = 1; k < track.times.size(); ++k) {
    const Eigen::Vector2d velocity =
        (track.poses[k].translation - track.poses[k - 1].translation).head<2>() /
        (track.times[k] - track.times[k - 1]);
    speeds.push_back(velocity.norm());
    if (k > 1) changes.push_back((velocity - before).norm());
    before = velocity;
  }
  return median(std::move(changes)) < kMostChange * median(std::move(speeds));
}

// The clock of a camera whose times are right: nullopt, unless frames of the same number often have
// other times, because a recorder that lost frames counted on.
std::optional<CameraTime> in_step_by_time(const Track& a, const Track& b, double interval) {
  constexpr double kMostDifferent = 0.1;
  std::size_t common = 0, different = 0;
  for (std::size_t i = 0, k = 0; i < a.frames.size(); ++i) {
    while (k < b.frames.size() && b.frames[k] < a.frames[i]) ++k;
    if (k == b.frames.size()) break;
    if (b.frames[k] != a.frames[i]) continue;
    ++common;
    different += std::abs(b.times[k] - a.times[i]) > interval / 2 ? 1 : 0;
  }
  if (static_cast<double>(different) <= kMostDifferent * static_cast<double>(common))
    return std::nullopt;
  return CameraTime{};
}

// The clock of camera b relative to that of camera a. nullopt if they are synchronized, or if it is
// not known.
std::optional<CameraTime> clock_of_pair(const Track& a, const Track& b, double interval,
                                        const PosePair& pair, int jobs) {
  if (a.times.size() < kLeastMatches || b.times.size() < kLeastMatches) return std::nullopt;
  const auto coarse = best_shift(a, b, interval, pair, jobs);
  if (!coarse) return std::nullopt;
  if (!is_smooth(a) || !is_smooth(b)) {
    if (coarse->seconds == 0) return in_step_by_time(a, b, interval);
    return CameraTime{.offset_s = coarse->seconds};
  }
  std::vector<double> tried(b.times.size(), coarse->seconds);
  Pose T_b_a = coarse->agreement.T_b_a;
  std::vector<ViewShift> shifts;
  ShiftLine line;
  for (int round = 0; round < 4; ++round) {
    const std::vector<Lag> lags = lags_of(a, b, tried, T_b_a, interval, pair);
    if (lags.size() < kLeastMatches) return std::nullopt;
    shifts = view_shifts(b, lags, spread_of(lags));
    if (shifts.size() < kLeastMatches) return std::nullopt;
    line = fit_shifts(shifts, interval);
    tried = shifts_along(b, shifts, line, interval);
    std::vector<Pose> between;
    for (std::size_t i = 0; i < tried.size(); ++i) {
      const auto point = point_at(a, b.times[i] + tried[i], interval);
      if (!point) continue;
      const Pose predicted = T_b_a * point->T_cam_board;
      const Pose* nearest = nullptr;
      Pose labeled;
      double least = std::numeric_limits<double>::infinity();
      for (const Pose& symmetry : pair.symmetries()) {
        const Pose candidate = b.poses[i] * symmetry;
        const double angle = angle_between(candidate.rotation, predicted.rotation);
        if (angle >= least) continue;
        least = angle;
        labeled = candidate;
        nearest = &labeled;
      }
      between.push_back(*nearest * point->T_cam_board.inverse());
    }
    if (between.size() < kLeastMatches) return std::nullopt;
    T_b_a = robust_average(between);
  }
  const double drift = std::abs(line.slope) * (b.times.back() - b.times.front());
  const bool drifts =
      std::abs(line.slope) > kClearSigmas * line.slope_std && drift > kClearFrames * interval;
  if (!drifts) line.slope = 0;
  const CameraTime time = to_time(shifts, line, interval);
  const bool is_late = std::abs(line.offset) > kClearSigmas * line.offset_std &&
                       std::abs(line.offset) > kClearFrames * interval;
  if (!is_late && !drifts && time.jumps.empty()) return in_step_by_time(a, b, interval);
  return time;
}

// The track of a camera on the clock of the rig.
Track track_of(const Observations& observations, const std::vector<ViewWithPose>& views, int camera,
               const std::optional<CameraTime>& time) {
  Track track;
  for (const ViewWithPose& view : views) {
    if (view.camera != camera) continue;
    double seconds = time_on_file(observations, observations.views[view.observed_view]);
    if (time) {
      seconds = time_of_row(*time, seconds + shift_of_jumps(*time, view.frame), 0);
    }
    if (!track.times.empty() && seconds <= track.times.back()) continue;
    track.times.push_back(seconds);
    track.poses.push_back(view.T_cam_board);
    track.frames.push_back(view.frame);
  }
  return track;
}

std::size_t common_frames(const Track& a, const Track& b) {
  std::size_t count = 0;
  for (const std::int64_t frame : b.frames)
    count += std::binary_search(a.frames.begin(), a.frames.end(), frame);
  return count;
}

// The times on file of a camera's views, by frame.
using TimesByFrame = std::map<std::int64_t, double>;

constexpr const char* kIgnoreTimes =
    "correct time_s in the observations, or ignore the times with --sync off";

void require_own_rising_times(const std::string& name, const TimesByFrame& times) {
  std::map<double, std::int64_t> frames;
  for (const auto& [frame, time_s] : times) {
    const auto [first, is_new] = frames.try_emplace(time_s, frame);
    require(is_new, fmt::format("{}: frames {} and {} have the same time, {:.6g} s: every image of "
                                "a camera needs its own; {}",
                                name, first->second, frame, time_s, kIgnoreTimes));
  }
  std::size_t falls = 0;
  for (auto after = times.begin(); after != times.end() && std::next(after) != times.end(); ++after)
    falls += std::next(after)->second < after->second;
  require(2 * falls < std::max<std::size_t>(1, times.size()),
          fmt::format("{}: the times of its images run backwards: they fall from {:.6g} s at frame "
                      "{} to {:.6g} s at frame {}; {}",
                      name, times.begin()->second, times.begin()->first, times.rbegin()->second,
                      times.rbegin()->first, kIgnoreTimes));
}

}  // namespace

void require_possible_times(const Observations& observations) {
  std::vector<TimesByFrame> by_camera(observations.cameras.size());
  for (const View& view : observations.views) {
    if (view.time_s) by_camera[static_cast<std::size_t>(view.camera)][view.frame] = *view.time_s;
  }
  std::vector<std::optional<std::pair<double, double>>> ranges(by_camera.size());
  for (std::size_t i = 0; i < by_camera.size(); ++i) {
    if (by_camera[i].empty()) continue;
    require_own_rising_times(observations.cameras[i].name, by_camera[i]);
    ranges[i] = {by_camera[i].begin()->second, by_camera[i].begin()->second};
    for (const auto& [frame, time_s] : by_camera[i]) {
      ranges[i]->first = std::min(ranges[i]->first, time_s);
      ranges[i]->second = std::max(ranges[i]->second, time_s);
    }
  }
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    if (!ranges[i]) continue;
    bool any_near = false;
    std::optional<std::pair<double, double>> others;
    for (std::size_t k = 0; k < ranges.size(); ++k) {
      if (k == i || !ranges[k]) continue;
      any_near = any_near || (ranges[k]->first < ranges[i]->second + kLongestShift &&
                              ranges[k]->second > ranges[i]->first - kLongestShift);
      others = others ? std::pair(std::min(others->first, ranges[k]->first),
                                  std::max(others->second, ranges[k]->second))
                      : *ranges[k];
    }
    require(any_near || !others,
            fmt::format("{}: its images were taken from {:.3f} to {:.3f} s, but those of the other "
                        "cameras from {:.3f} to {:.3f} s: no frame has both; {}",
                        observations.cameras[i].name, ranges[i]->first, ranges[i]->second,
                        others->first, others->second, kIgnoreTimes));
  }
}

CameraTimes find_clocks(const Observations& observations, const std::vector<ViewWithPose>& views,
                        const std::vector<Pose>& symmetries, int reference, int jobs) {
  const std::size_t count = observations.cameras.size();
  CameraTimes times(count);
  const double interval = FrameTimes(observations, reference).interval_s();
  const PosePair pair(observations.board, symmetries);
  std::vector<Track> tracks;
  tracks.reserve(count);
  for (std::size_t i = 0; i < count; ++i)
    tracks.push_back(track_of(observations, views, static_cast<int>(i), std::nullopt));
  std::set<std::size_t> known{static_cast<std::size_t>(reference)}, open;
  for (std::size_t i = 0; i < count; ++i) {
    if (!known.contains(i) && tracks[i].times.size() >= kLeastMatches) open.insert(i);
  }
  while (!open.empty()) {
    std::pair<std::size_t, std::size_t> next{*known.begin(), *open.begin()};
    std::size_t most = 0;
    for (const std::size_t a : known) {
      for (const std::size_t b : open) {
        const std::size_t common = common_frames(tracks[a], tracks[b]);
        if (common <= most) continue;
        most = common;
        next = {a, b};
      }
    }
    const auto [a, b] = next;
    open.erase(b);
    known.insert(b);
    times[b] = clock_of_pair(tracks[a], tracks[b], interval, pair, jobs);
    if (times[b]) tracks[b] = track_of(observations, views, static_cast<int>(b), times[b]);
  }
  return times;
}

}  // namespace calib
