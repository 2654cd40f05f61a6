#include "solve/adjust_clocks.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>

#include "solve/camera_clocks.hpp"
#include "solve/normal_equations.hpp"
#include "solve/robust_adjust.hpp"

namespace calib {
namespace {

constexpr double kTriedSigmas = 6, kKeptSigmas = 4;
constexpr int kMostTrials = 4, kMostSteps = 5;
// Steps of the clocks stop below this part of their standard deviations.
constexpr double kShortStep = 0.1;
// The smallest number of moving views of a camera from which a parameter is estimated.
constexpr int kLeastViews = 12, kLeastViewsForRate = 24;

struct ClockStep {
  SharedLayout layout;
  NormalEquations equations;
  Step step;
  Eigen::VectorXd sigma;  // of the shared parameters, for independent errors
};

// The Gauss-Newton step of all parameters with the clocks. nullopt if the views do not determine
// it, or a lens cannot project a corner.
std::optional<ClockStep> clock_step(const Bundle& bundle, const AdjustOptions& options) {
  const SharedLayout layout(bundle, Clocks::kFree);
  const int jobs = options.jobs;
  auto equations = linearize(bundle, layout, options);
  if (!equations) return std::nullopt;
  auto step = solve_step(*equations, 0, jobs);
  if (!step) return std::nullopt;
  const double variance = 2 * equations->cost / equations->degrees_of_freedom();
  Eigen::MatrixXd information = schur_complement(*equations, 0, jobs).information;
  const Eigen::VectorXd scale = information.diagonal().cwiseMax(1e-300).cwiseSqrt().cwiseInverse();
  const Eigen::LLT<Eigen::MatrixXd> factor(scale.asDiagonal() * information * scale.asDiagonal());
  if (factor.info() != Eigen::Success) return std::nullopt;
  const Eigen::MatrixXd inverse =
      factor.solve(Eigen::MatrixXd::Identity(information.rows(), information.cols()));
  const Eigen::VectorXd sigma =
      std::sqrt(variance) *
      (inverse.diagonal().cwiseMax(0).cwiseSqrt().array() * scale.array()).matrix();
  return ClockStep{layout, std::move(*equations), std::move(*step), sigma};
}

template <class Visit>
void for_each_free_clock(const Bundle& bundle, const SharedLayout& layout, const Visit& visit) {
  for (std::size_t i = 0; i < bundle.cameras.size(); ++i) {
    for (std::size_t k = 0; k < kClockParameters; ++k) {
      if (layout.cameras[i].clock[k] >= 0) visit(i, k, layout.cameras[i].clock[k]);
    }
  }
}

// Adds the step of the clocks. Returns its length, in standard deviations, along the parameter
// where it is longest.
double add_to_clocks(const ClockStep& found, Bundle& bundle) {
  double longest = 0;
  for_each_free_clock(bundle, found.layout, [&](std::size_t i, std::size_t k, int column) {
    bundle.cameras[i].clock.value[k] += found.step.shared[column];
    longest = std::max(longest, std::abs(found.step.shared[column]) / found.sigma[column]);
  });
  return longest;
}

// Takes a step of all parameters with the clocks, and moves the corners by `move`. Where that does
// not lessen the cost, the step starts too far from the minimum: then all but the clocks is
// adjusted by `adjust_rest`, and the clocks alone take their step. Returns whether the clocks moved
// by less than kShortStep.
template <class Move, class AdjustRest>
bool step_clocks(const AdjustOptions& options, const Move& move, const AdjustRest& adjust_rest,
                 Bundle& bundle) {
  if (const auto found = clock_step(bundle, options)) {
    const Bundle before = bundle;
    apply(found->step, found->equations, found->layout, bundle);
    const bool is_short = add_to_clocks(*found, bundle) < kShortStep;
    move();
    const auto cost = total_cost(bundle, options);
    if (cost && *cost <= found->equations.cost) return is_short;
    bundle = before;
  }
  adjust_rest();
  const auto found = clock_step(bundle, options);
  const bool is_short = !found || add_to_clocks(*found, bundle) < kShortStep;
  move();
  return is_short;
}

// How many views of each camera show a board that moves.
std::vector<int> moving_views(const Bundle& bundle) {
  std::vector<int> counts(bundle.cameras.size());
  for (const BundleView& view : bundle.views)
    counts[static_cast<std::size_t>(view.camera)] += !view.exposure.velocity.isZero();
  return counts;
}

void free_possible(const FilmedBundle& film, Bundle& bundle) {
  const std::vector<int> counts = moving_views(bundle);
  for (std::size_t i = 0; i < bundle.cameras.size(); ++i) {
    for (std::size_t k = 0; k < kClockParameters; ++k) {
      bundle.cameras[i].clock.free[k] =
          film.possible[i][k] && counts[i] >= (k == kClockRate ? kLeastViewsForRate : kLeastViews);
    }
  }
}

bool any_free(const Bundle& bundle) {
  return std::any_of(bundle.cameras.begin(), bundle.cameras.end(), [](const BundleCamera& camera) {
    return std::any_of(camera.clock.free.begin(), camera.clock.free.end(),
                       [](bool free) { return free; });
  });
}

double largest_std(const std::vector<Covariance>& covariances, const Eigen::VectorXd& weights) {
  double variance = 0;
  for (const Covariance& each : covariances)
    variance = std::max(variance, weights.dot(each.shared * weights));
  return std::sqrt(variance);
}

// Frees the possible parameters, and holds again those that the errors do not ask for: `before`
// were free until now.
void choose_free(const FilmedBundle& film, const ClockChoice& before, bool at_best, int jobs,
                 Bundle& bundle) {
  free_possible(film, bundle);
  const AdjustOptions options = loss_options(bundle, jobs);
  const auto found = any_free(bundle) ? clock_step(bundle, options) : std::nullopt;
  if (!found) {
    for (BundleCamera& camera : bundle.cameras) camera.clock.free = {};
    return;
  }
  std::vector<Covariance> covariances;
  if (at_best) covariances = stated_covariances(bundle, CovarianceKind::kClustered, true, jobs);
  for_each_free_clock(bundle, found->layout, [&](std::size_t i, std::size_t k, int column) {
    BundleClock& clock = bundle.cameras[i].clock;
    const Eigen::VectorXd unit = Eigen::VectorXd::Unit(found->layout.size, column);
    const double sigma =
        at_best && before[i][k] ? largest_std(covariances, unit) : found->sigma[column];
    const double limit = (before[i][k] ? kKeptSigmas : kTriedSigmas) * sigma;
    if (std::abs(clock.value[k] + found->step.shared[column]) >= limit) return;
    clock.free[k] = false;
    clock.value[k] = 0;
  });
}

// Holds the parameters that too few moving views determine: the path of the board may have become
// unknown.
void hold_unseen(Bundle& bundle) {
  const std::vector<int> counts = moving_views(bundle);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] < kLeastViews) bundle.cameras[i].clock.free = {};
  }
}

// Sets how far the clocks depend on the fit of the path: the step that they would take on the path
// that predicts the poses second best.
void set_path_errors(const FilmedBundle& film, int jobs, Bundle& bundle) {
  if (!any_free(bundle)) return;
  Bundle other = bundle;
  const auto motions = motions_of(other, film.times, jobs, PathChoice::kSecondBest);
  move_corners(other, film.times, motions, film.filmed, jobs, other.views);
  const auto found = clock_step(other, {.jobs = jobs});
  if (!found) return;
  for_each_free_clock(bundle, found->layout, [&](std::size_t i, std::size_t k, int column) {
    bundle.cameras[i].clock.path_error[k] = found->step.shared[column];
  });
}

ClockChoice free_clocks(const Bundle& bundle) {
  ClockChoice free;
  free.reserve(bundle.cameras.size());
  for (const BundleCamera& camera : bundle.cameras) free.push_back(camera.clock.free);
  return free;
}

}  // namespace

bool any_moves(const FilmedBundle& film, const Bundle& bundle) {
  return any_moves(bundle, film.times, film.filmed);
}

void move_to_poses(const FilmedBundle& film, int jobs, Bundle& bundle,
                   std::vector<BundleView>& candidates) {
  const BoardMotions motions = motions_of(bundle, film.times, jobs);
  move_corners(bundle, film.times, motions, film.filmed, jobs, candidates);
  bundle.views = candidates;
}

bool estimate_clocks(const FilmedBundle& film, int jobs, Bundle& bundle,
                     std::vector<BundleView>& candidates) {
  const Bundle bundle_before = bundle;
  std::optional<std::vector<BundleView>> candidates_before;  // before the first step moves them
  for (int trial = 0; trial < kMostTrials; ++trial) {
    const ClockChoice before = free_clocks(bundle);
    move_corners(bundle, film.times, motions_of(bundle, film.times, jobs), film.filmed, jobs,
                 bundle.views);
    choose_free(film, before, trial > 0, jobs, bundle);
    if (!any_free(bundle)) break;
    if (trial > 0 && free_clocks(bundle) == before) return true;
    if (!candidates_before) candidates_before = candidates;
    const auto move = [&] { move_to_poses(film, jobs, bundle, candidates); };
    const auto adjust_rest = [&] { adjust_with_cauchy_loss(bundle, jobs); };
    bool is_best = false;
    for (int k = 0; k < kMostSteps && !is_best; ++k)
      is_best = step_clocks(loss_options(bundle, jobs), move, adjust_rest, bundle);
    if (!is_best) adjust_rest();
    hold_unseen(bundle);
  }
  if (any_free(bundle)) return true;
  const Bundle held = std::move(bundle);
  bundle = bundle_before;
  if (candidates_before) candidates = std::move(*candidates_before);
  if (!any_free(bundle)) return false;
  // Cameras whose clocks are not refined keep their rough clock, if they have one.
  for (std::size_t i = 0; i < bundle.cameras.size(); ++i)
    bundle.cameras[i].clock = held.cameras[i].clock;
  move_to_poses(film, jobs, bundle, candidates);
  return any_moves(film, bundle);
}

std::vector<Rejected> adjust_on_path(const FilmedBundle& film, double reject, int jobs,
                                     Bundle& bundle, std::vector<BundleView>& candidates) {
  const BoardMotions motions = motions_of(bundle, film.times, jobs);
  const auto move = [&](std::vector<BundleView>& views) {
    move_corners(bundle, film.times, motions, film.filmed, jobs, views);
  };
  move(candidates);
  const std::vector<BundleView> uncertain =
      take_uncertain(bundle, film.times, motions, film.filmed, candidates);
  bundle.views = candidates;
  std::vector<Rejected> left_out = robust_adjust(bundle, film.filmed, reject, jobs);
  const auto adjust_rest = [&] { adjust(bundle, {.jobs = jobs}); };
  bool goes_on = any_free(bundle);
  for (int k = 0; k < kMostSteps && goes_on; ++k)
    goes_on = !step_clocks(
        {.jobs = jobs}, [&] { move(bundle.views); }, adjust_rest, bundle);
  adjust_rest();
  move(candidates);
  hold_unseen(bundle);
  set_path_errors(film, jobs, bundle);
  for (const BundleView& view : uncertain) {
    left_out.push_back({bundle.cameras[static_cast<std::size_t>(view.camera)].name,
                        film.filmed.views[view.observed_view].frame, std::nullopt,
                        "how the board moves at this time is not known: too few frames near it"});
  }
  return left_out;
}

CameraTimeStd clock_std(const Bundle& bundle, const std::vector<Covariance>& covariances,
                        int camera, int reference) {
  const SharedLayout& layout = covariances.front().layout;
  Eigen::VectorXd path_error = Eigen::VectorXd::Zero(layout.size);
  for_each_free_clock(bundle, layout, [&](std::size_t i, std::size_t k, int column) {
    path_error[column] = bundle.cameras[i].clock.path_error[k];
  });
  const auto std_of = [&](auto... terms) -> std::optional<double> {
    Eigen::VectorXd weights = Eigen::VectorXd::Zero(layout.size);
    for (const auto& [column, weight] : {terms...}) {
      if (column >= 0) weights[column] += weight;
    }
    if (weights.isZero()) return std::nullopt;
    return std::hypot(largest_std(covariances, weights), weights.dot(path_error));
  };
  const auto& own = layout.cameras[static_cast<std::size_t>(camera)].clock;
  const auto& first = layout.cameras[static_cast<std::size_t>(reference)].clock;
  const BundleCamera& of = bundle.cameras[static_cast<std::size_t>(camera)];
  const BundleCamera& other = bundle.cameras[static_cast<std::size_t>(reference)];
  CameraTimeStd std;
  using Term = std::pair<int, double>;
  if (camera != reference) {
    std.offset_s = std_of(Term{own[kClockOffset], 1}, Term{own[kClockRate], -of.clock.origin_s},
                          Term{own[kClockLineDelay], -middle_row(of.intrinsics.image_size)},
                          Term{first[kClockLineDelay], middle_row(other.intrinsics.image_size)});
  }
  std.rate = std_of(Term{own[kClockRate], 1});
  std.line_delay_s = std_of(Term{own[kClockLineDelay], 1});
  return std;
}

std::vector<Finding> clock_findings(const Camera& camera, const std::string& reference,
                                    double interval_s) {
  std::vector<Finding> findings;
  const auto add = [&](FindingCode code, double value, double std, double unit,
                       const char* value_name, const char* std_name) {
    findings.push_back({.code = code,
                        .cameras = {camera.name},
                        .numbers = {{value_name, unit * value}, {std_name, unit * std}}});
  };
  const CameraTime& time = *camera.time;
  const double rows = camera.image_size.height - 1;
  if (time.std.offset_s && std::abs(time.offset_s) > kKeptSigmas * *time.std.offset_s) {
    add(FindingCode::kTimeOffset, time.offset_s, *time.std.offset_s, 1e3, "offset_ms", "std_ms");
    findings.back().words = {{"reference", reference}};
  }
  if (time.std.rate)
    add(FindingCode::kClockRate, time.rate - 1, *time.std.rate, 1e6, "rate_ppm", "std_ppm");
  if (time.std.line_delay_s) {
    add(FindingCode::kRollingShutter, rows * time.line_delay_s, rows * *time.std.line_delay_s, 1e3,
        "readout_ms", "std_ms");
    if (rows * std::abs(time.line_delay_s) > interval_s) {
      findings.back().code = FindingCode::kRollingShutterUnlikely;
      findings.back().severity = Severity::kWarning;
      findings.back().numbers.push_back({"interval_ms", 1e3 * interval_s});
    }
  }
  for (const ClockJump& jump : time.jumps) {
    findings.push_back({.code = FindingCode::kFramesLost,
                        .cameras = {camera.name},
                        .frame = jump.frame,
                        .numbers = {{"frames", static_cast<double>(jump.frames)}}});
  }
  return findings;
}

}  // namespace calib
