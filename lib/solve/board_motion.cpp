#include "solve/board_motion.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/median.hpp"
#include "base/parallel.hpp"

namespace calib {
namespace {

using PathVector = Eigen::Matrix<double, 6, 1>;
using PathMatrix = Eigen::Matrix<double, 6, 6>;

// A polynomial of this degree is fitted to this many poses on each side.
struct PathFit {
  int degree, neighbors;
};
constexpr std::array kPathFits = {PathFit{2, 1}, PathFit{2, 2}, PathFit{3, 2},  PathFit{3, 3},
                                  PathFit{3, 4}, PathFit{3, 6}, PathFit{5, 3},  PathFit{5, 4},
                                  PathFit{5, 6}, PathFit{5, 9}, PathFit{7, 4},  PathFit{7, 6},
                                  PathFit{9, 5}, PathFit{9, 6}, PathFit{11, 6}, PathFit{11, 7}};
// A fit is chosen by at most this many poses.
constexpr std::size_t kMostProbes = 200, kLeastProbes = 5;
// Poses further apart than this many usual intervals do not belong to one path.
constexpr double kMostIntervals = 4;
// A path is known if its poses predict each other: the squared error of the prediction is less than
// this part of the squared motion from pose to pose.
constexpr double kMostUnexplained = 0.1;

// The poses [first, last) around pose `index` that belong to its path.
struct PathWindow {
  std::size_t first, last;
};

// Up to `neighbors` poses on each side, as many on both: beside a gap the window is shorter. Only
// at the end of a path are the neighbors on one side.
PathWindow window_around(std::span<const TimedPose> poses, std::size_t index, int neighbors,
                         double longest_gap) {
  const auto is_near = [&](std::size_t k) {
    return poses[k].time_s - poses[k - 1].time_s <= longest_gap;
  };
  const auto most = static_cast<std::size_t>(neighbors);
  std::size_t before = 0, after = 0;
  while (before < most && before < index && is_near(index - before)) ++before;
  while (after < most && index + after + 1 < poses.size() && is_near(index + after + 1)) ++after;
  if (before > 0 && after > 0) before = after = std::min(before, after);
  return {index - before, index + after + 1};
}

// The coefficients of the polynomial, in units of the motion from pose `index` and of `unit`
// seconds. Returns nullopt if there are too few poses.
std::optional<Eigen::MatrixXd> fit_path(std::span<const TimedPose> poses, std::size_t index,
                                        const PathFit& fit, double unit, double longest_gap,
                                        bool leave_out) {
  const PathWindow window = window_around(poses, index, fit.neighbors, longest_gap);
  const auto used = static_cast<int>(window.last - window.first) - (leave_out ? 1 : 0);
  const bool one_sided = window.first == index || window.last == index + 1;
  const int degree = std::min({fit.degree, used - 1, one_sided ? 2 : fit.degree});
  if (degree < 1) return std::nullopt;
  const int size = 6 * (degree + 1);
  Eigen::MatrixXd normal = Eigen::MatrixXd::Zero(size, size);
  Eigen::VectorXd right = Eigen::VectorXd::Zero(size);
  for (std::size_t k = window.first; k < window.last; ++k) {
    if (leave_out && k == index) continue;
    const double x = (poses[k].time_s - poses[index].time_s) / unit;
    const PathVector value = motion_between(poses[index].T_rig_board, poses[k].T_rig_board);
    const PathVector weighted = poses[k].information * value;
    double row_power = 1;
    for (int i = 0; i <= degree; ++i, row_power *= x) {
      right.segment<6>(6 * i) += row_power * weighted;
      double power = row_power * row_power;  // x^(2 i)
      for (int j = i; j <= degree; ++j, power *= x)
        normal.block<6, 6>(6 * j, 6 * i) += power * poses[k].information;
    }
  }
  const Eigen::VectorXd scale = normal.diagonal().cwiseMax(1e-300).cwiseSqrt().cwiseInverse();
  Eigen::MatrixXd scaled = scale.asDiagonal() * normal * scale.asDiagonal();
  scaled.diagonal().array() += 1e-12;
  const Eigen::LLT<Eigen::MatrixXd, Eigen::Lower> factor(scaled);
  if (factor.info() != Eigen::Success) return std::nullopt;
  const Eigen::VectorXd solved = scale.asDiagonal() * factor.solve(scale.asDiagonal() * right);
  return Eigen::MatrixXd(solved.reshaped(6, degree + 1));
}

double squared_length(const PathVector& motion, const PathMatrix& information) {
  return motion.dot(information * motion);
}

// The mean of the smallest 90 % of the values.
double trimmed_mean(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t kept = std::max<std::size_t>(1, values.size() * 9 / 10);
  return std::accumulate(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(kept), 0.0) /
         static_cast<double>(kept);
}

// Whether the pose has two others near it on both sides.
bool is_inside(std::span<const TimedPose> poses, std::size_t index, double longest_gap) {
  const PathWindow window = window_around(poses, index, 2, longest_gap);
  return index >= window.first + 2 && index + 2 < window.last;
}

// How far a fit misses the poses that it leaves out.
double prediction_error(std::span<const TimedPose> poses, const std::vector<std::size_t>& probes,
                        const PathFit& fit, double unit, double longest_gap, int jobs) {
  std::vector<double> errors(probes.size(), std::numeric_limits<double>::infinity());
  parallel_for(probes.size(), jobs, [&](std::size_t p) {
    const std::size_t index = probes[p];
    if (const auto path = fit_path(poses, index, fit, unit, longest_gap, true))
      errors[p] = squared_length(path->col(0), poses[index].information);
  });
  return trimmed_mean(std::move(errors));
}

// How far the board moves from one pose to the next.
double usual_motion(std::span<const TimedPose> poses) {
  std::vector<double> motions;
  motions.reserve(poses.size());
  for (std::size_t i = 1; i < poses.size(); ++i) {
    motions.push_back(squared_length(motion_between(poses[i - 1].T_rig_board, poses[i].T_rig_board),
                                     poses[i].information));
  }
  return trimmed_mean(std::move(motions));
}

// The share of the poses' freedom that a fit follows.
double flexibility(const PathFit& fit) { return (fit.degree + 1.0) / (2 * fit.neighbors + 1); }

// The fit with the least error of those that follow the poses more closely than the best one: the
// bias of the best one is about the difference. Beside the closest one, of all others.
std::size_t second_best(const std::array<double, kPathFits.size()>& errors, std::size_t best) {
  const auto least = [&](const auto& is_candidate) {
    std::size_t found = best;
    for (std::size_t k = 0; k < errors.size(); ++k) {
      if (k != best && is_candidate(k) && (found == best || errors[k] < errors[found])) found = k;
    }
    return found;
  };
  const PathFit& fit = kPathFits[best];
  const std::size_t closer = least([&](std::size_t k) {
    return kPathFits[k].degree >= fit.degree && flexibility(kPathFits[k]) > flexibility(fit);
  });
  return closer != best ? closer : least([](std::size_t) { return true; });
}

// At most kMostProbes of them, evenly spread.
std::vector<std::size_t> every_nth(const std::vector<std::size_t>& all) {
  const std::size_t count = std::min(all.size(), kMostProbes);
  std::vector<std::size_t> some;
  some.reserve(count);
  for (std::size_t p = 0; p < count; ++p) some.push_back(all[p * all.size() / count]);
  return some;
}

}  // namespace

PathVector motion_between(const Pose& from, const Pose& to) {
  PathVector motion;
  motion << log_so3((to.rotation * from.rotation.conjugate()).normalized()),
      to.translation - from.translation;
  return motion;
}

PathVector BoardMotion::after(double seconds) const {
  PathVector sum = PathVector::Zero();
  for (Eigen::Index k = coefficients.cols(); k-- > 0;)
    sum = (seconds * (sum + coefficients.col(k))).eval();
  return sum;
}

PathVector BoardMotion::velocity(double seconds) const {
  PathVector sum = PathVector::Zero();
  for (Eigen::Index k = coefficients.cols(); k-- > 0;)
    sum = (seconds * sum + static_cast<double>(k + 1) * coefficients.col(k)).eval();
  return sum;
}

Pose moved(const Pose& pose, const BoardMotion& motion, double seconds) {
  return retract(pose, motion.after(seconds));
}

std::vector<std::optional<BoardMotion>> board_motions(std::span<const TimedPose> poses, int jobs,
                                                      PathChoice choice) {
  std::vector<std::optional<BoardMotion>> motions(poses.size());
  if (poses.size() < 5) return motions;
  std::vector<double> intervals;
  intervals.reserve(poses.size());
  for (std::size_t i = 1; i < poses.size(); ++i)
    intervals.push_back(poses[i].time_s - poses[i - 1].time_s);
  const double unit = median(intervals), longest_gap = kMostIntervals * unit;
  if (!(unit > 0)) return motions;
  std::vector<std::size_t> probes;
  for (std::size_t i = 0; i < poses.size(); ++i) {
    if (is_inside(poses, i, longest_gap)) probes.push_back(i);
  }
  if (probes.size() < kLeastProbes) return motions;
  probes = every_nth(probes);
  std::array<double, kPathFits.size()> errors;
  for (std::size_t k = 0; k < kPathFits.size(); ++k)
    errors[k] = prediction_error(poses, probes, kPathFits[k], unit, longest_gap, jobs);
  const auto best =
      static_cast<std::size_t>(std::min_element(errors.begin(), errors.end()) - errors.begin());
  if (!(errors[best] < kMostUnexplained * usual_motion(poses))) return motions;
  const PathFit& chosen = kPathFits[choice == PathChoice::kBest ? best : second_best(errors, best)];
  parallel_for(poses.size(), jobs, [&](std::size_t i) {
    const auto path = fit_path(poses, i, chosen, unit, longest_gap, false);
    if (!path) return;
    BoardMotion motion;
    motion.is_certain = is_inside(poses, i, longest_gap);
    motion.coefficients = path->rightCols(path->cols() - 1);
    for (Eigen::Index k = 0; k < motion.coefficients.cols(); ++k)
      motion.coefficients.col(k) /= std::pow(unit, k + 1);
    motions[i] = motion;
  });
  return motions;
}

}  // namespace calib
