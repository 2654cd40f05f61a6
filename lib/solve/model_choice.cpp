#include "solve/model_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "base/errors.hpp"
#include "base/median.hpp"
#include "base/subsample.hpp"
#include "solve/heldout.hpp"
#include "solve/lens_fit.hpp"
#include "solve/observability.hpp"

namespace calib {
namespace {

constexpr int kFolds = 4;
// More views, evenly spread, do not change the choice, but take time: all models are fitted to
// them.
constexpr std::size_t kMostViews = 48;
// The mean length of Gaussian errors is 0.886 of their RMS, and views that were held out have no
// smaller errors than those of the fit. So a model whose RMS times this factor is larger than the
// held-out error of another one cannot win.
constexpr double kLeastHeldOut = 0.8;
// A view that a model cannot predict counts as one with this many times the median error of the
// best model, and so does one that it predicts even worse.
constexpr double kMostOfView = 10;
// A simpler model is chosen if it is worse by no more than this, and no more than chance.
constexpr double kMostWorse = 0.005;
// With fewer corners per parameter, held-out views do not tell how well a model predicts the rest
// of the image.
constexpr std::size_t kCornersPerParameter = 5;
constexpr const char* kModelOfFewViews = "opencv4";
constexpr std::size_t kFewestViews = 4;

// The views kept by the fit that kept the most; of equal ones by that with the smaller error.
std::vector<const View*> common_views(const Observations& observations,
                                      const std::vector<std::optional<LensFit>>& fits) {
  const LensFit* widest = nullptr;
  for (const auto& fit : fits) {
    if (!fit) continue;
    const std::size_t views = fit->bundle.views.size();
    if (!widest || views > widest->bundle.views.size() ||
        (views == widest->bundle.views.size() &&
         overall_rms(fit->bundle) < overall_rms(widest->bundle))) {
      widest = &*fit;
    }
  }
  std::vector<const View*> views;
  if (!widest) return views;
  for (const BundleView& view : widest->bundle.views)
    views.push_back(&observations.views[view.source]);
  return views;
}

std::size_t parameter_count(const std::string& model) { return parameter_names(model).size(); }

// The cross-validation of one model: the mean error of each held-out view, capped.
struct CrossValidated {
  ModelTrial* trial = nullptr;
  std::vector<double> view_px;
};

std::vector<double> view_means(const std::vector<HeldOutCorner>& corners) {
  std::map<std::int64_t, std::vector<HeldOutCorner>> by_frame;
  for (const HeldOutCorner& corner : corners) by_frame[corner.frame].push_back(corner);
  std::vector<double> means;
  means.reserve(by_frame.size());
  for (const auto& [frame, of_view] : by_frame) means.push_back(mean_length(of_view));
  return means;
}

double capped_mean(const std::vector<double>& view_px, double least_px) {
  double sum = 0;
  for (const double error : view_px) sum += std::min(error, kMostOfView * least_px);
  return sum / static_cast<double>(view_px.size());
}

// Whether `simple` is worse than `best` by at most one standard error of the difference, where the
// views are the independent samples.
bool is_tied(const CrossValidated& simple, const CrossValidated& best) {
  const double count = static_cast<double>(best.view_px.size());
  if (*simple.trial->heldout_px > (1 + kMostWorse) * *best.trial->heldout_px) return false;
  double mean = 0, square = 0;
  for (std::size_t i = 0; i < best.view_px.size(); ++i) {
    const double difference = simple.view_px[i] - best.view_px[i];
    mean += difference / count;
    square += difference * difference / count;
  }
  return mean <= std::sqrt(std::max(0.0, square - mean * mean) / std::max(1.0, count - 1));
}

// The model with the smallest error, or a simpler one that is not significantly worse.
const CrossValidated& choose(const std::vector<CrossValidated>& measured) {
  const CrossValidated* best = &measured.front();
  for (const CrossValidated& each : measured) {
    if (*each.trial->heldout_px < *best->trial->heldout_px) best = &each;
  }
  // Of models with equally many parameters, the first in the order of the list is chosen.
  const CrossValidated* chosen = nullptr;
  for (const CrossValidated& each : measured) {
    if (!is_tied(each, *best)) continue;
    if (!chosen || parameter_count(each.trial->model) < parameter_count(chosen->trial->model))
      chosen = &each;
  }
  return *chosen;
}

// The indices of the models that could be fitted, in the order of their RMS: a model with a much
// larger RMS need not be cross-validated, but one with a small RMS may still predict badly.
std::vector<std::size_t> by_rms(const std::vector<ModelTrial>& trials) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < trials.size(); ++i)
    if (trials[i].rms_px) order.push_back(i);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return *trials[a].rms_px < *trials[b].rms_px;
  });
  return order;
}

// The fit of one model to all views. If they do not determine it, returns nullopt and sets the
// trial's problem.
std::optional<LensFit> try_model(const Observations& observations,
                                 std::span<const View* const> views, const ObservedCamera& camera,
                                 const IntrinsicsOptions& options, ModelTrial& trial) {
  std::size_t corners = 0;
  for (const View* view : views) corners += view->corners.size();
  const std::size_t parameters = parameter_count(trial.model);
  if (corners < kCornersPerParameter * parameters) {
    trial.problem = fmt::format(
        "{}: {} corners are too few for the {} parameters of {}: film more views of the board",
        camera.name, corners, parameters, trial.model);
    return std::nullopt;
  }
  try {
    LensFit fit =
        fit_lens(observations, views, camera, trial.model, options.reject, options.min_views);
    covariance_of_lens(fit.bundle);  // throws if the views do not determine the lens
    trial.rms_px = overall_rms(fit.bundle);
    return fit;
  } catch (const UndeterminedError& error) {
    trial.problem = error.what();
    return std::nullopt;
  }
}

// Cross-validates the models that could be fitted. Returns those that predict most held-out views,
// in the order of the trials; the others get their problem.
std::vector<CrossValidated> cross_validate(const Observations& observations,
                                           const std::vector<std::optional<LensFit>>& fits,
                                           double reject, std::vector<ModelTrial>& trials) {
  const std::vector<const View*> common = common_views(observations, fits);
  double max_rms_px = std::numeric_limits<double>::infinity();
  double least_px = max_rms_px;
  std::vector<CrossValidated> measured;
  for (const std::size_t i : by_rms(trials)) {
    if (*trials[i].rms_px > max_rms_px) {
      trials[i].problem = "its fit is too poor for a cross-validation";
      continue;
    }
    std::vector<double> errors = view_means(
        heldout_lens(observations, common, fits[i]->bundle.cameras[0].intrinsics, reject, kFolds));
    const double typical = median(errors);
    if (!std::isfinite(typical)) {
      trials[i].problem = "most held-out views could not be predicted";
      continue;
    }
    least_px = std::min(least_px, typical);
    measured.push_back({&trials[i], std::move(errors)});
    // A fit to only the easy views sets no limit.
    if (10 * fits[i]->bundle.views.size() >= 9 * common.size())
      max_rms_px =
          std::min(max_rms_px, capped_mean(measured.back().view_px, least_px) / kLeastHeldOut);
  }
  for (CrossValidated& each : measured) {
    each.trial->heldout_px = capped_mean(each.view_px, least_px);
    for (double& error : each.view_px) error = std::min(error, kMostOfView * least_px);
  }
  std::sort(measured.begin(), measured.end(),
            [](const CrossValidated& a, const CrossValidated& b) { return a.trial < b.trial; });
  return measured;
}

// Throws UndeterminedError with the problem of the simplest model, which needs the fewest views.
[[noreturn]] void fail_all(const std::vector<std::optional<LensFit>>& fits,
                           const std::vector<ModelTrial>& trials, const std::string& camera,
                           std::size_t views) {
  if (!fits.front()) throw UndeterminedError(trials.front().problem);
  throw UndeterminedError(
      fmt::format("{}: no lens model predicts held-out views among the {}: check the board's size, "
                  "and film more views of the board, tilted in several directions, all over the "
                  "picture",
                  camera, views));
}

}  // namespace

ModelChoice choose_model(const Observations& observations, std::span<const View* const> views,
                         const ObservedCamera& camera, const IntrinsicsOptions& options) {
  if (views.size() < kFewestViews)
    return {
        kModelOfFewViews,
        {{.model = kModelOfFewViews, .problem = "there are too few views for a cross-validation"}}};
  std::vector<const View*> some;
  for (const std::size_t i : evenly_spread(views.size(), kMostViews)) some.push_back(views[i]);
  std::vector<ModelTrial> trials;
  std::vector<std::optional<LensFit>> fits;
  for (const std::string& model : model_names()) {
    trials.push_back({model});
    fits.push_back(try_model(observations, some, camera, options, trials.back()));
  }
  const std::vector<CrossValidated> measured =
      cross_validate(observations, fits, options.reject, trials);
  if (measured.empty()) fail_all(fits, trials, camera.name, views.size());
  std::string model = choose(measured).trial->model;
  return {std::move(model), std::move(trials)};
}

}  // namespace calib
