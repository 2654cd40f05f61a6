#include "solve/model_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "base/errors.hpp"
#include "solve/heldout.hpp"
#include "solve/lens_fit.hpp"
#include "solve/observability.hpp"

namespace calib {
namespace {

constexpr int kFolds = 4;
// A model whose fit is this many times worse than that of one that predicts does so no better.
constexpr double kHopeless = 2;
// With fewer corners than this a parameter, views left out cannot tell what the rest of the picture
// would be like.
constexpr std::size_t kCornersPerParameter = 5;
constexpr const char* kModelOfFewViews = "opencv4";

// The views that the fit with the most of them has kept; of equals, the one with the least error.
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

// What one model says of the views left out: each view's mean error.
struct Measured {
  ModelTrial* trial = nullptr;
  std::vector<double> view_px;
};

std::vector<double> view_means(const std::vector<HeldOutCorner>& corners) {
  std::map<std::int64_t, std::vector<HeldOutCorner>> by_frame;
  for (const HeldOutCorner& corner : corners) by_frame[corner.frame].push_back(corner);
  std::vector<double> means;
  for (const auto& [frame, of_view] : by_frame) means.push_back(mean_length(of_view));
  return means;
}

// Whether `simple` is worse than `best` by no more than one standard error of the difference, the
// views being the independent units.
bool is_tied(const Measured& simple, const Measured& best) {
  const double count = static_cast<double>(best.view_px.size());
  double mean = 0, square = 0;
  for (std::size_t i = 0; i < best.view_px.size(); ++i) {
    const double difference = simple.view_px[i] - best.view_px[i];
    mean += difference / count;
    square += difference * difference / count;
  }
  return mean <= std::sqrt(std::max(0.0, square - mean * mean) / std::max(1.0, count - 1));
}

// The one with the least error, or a simpler one that is as good as can be told.
const Measured& choose(const std::vector<Measured>& measured) {
  const Measured* best = &measured.front();
  for (const Measured& each : measured) {
    if (*each.trial->heldout_px < *best->trial->heldout_px) best = &each;
  }
  // Of equals the one that stands first in the list of models, which starts with the common ones.
  const Measured* chosen = nullptr;
  for (const Measured& each : measured) {
    if (!is_tied(each, *best)) continue;
    if (!chosen || parameter_count(each.trial->model) < parameter_count(chosen->trial->model))
      chosen = &each;
  }
  return *chosen;
}

// Those with a fit, the closest first: a model that fits much worse than one that predicts is not
// worth leaving views out, but a close fit may predict nothing.
std::vector<std::size_t> by_rms(const std::vector<ModelTrial>& trials) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < trials.size(); ++i)
    if (trials[i].rms_px) order.push_back(i);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return *trials[a].rms_px < *trials[b].rms_px;
  });
  return order;
}

// One model's fit to all views; nothing, and the trial's problem, when they do not determine it.
std::optional<LensFit> try_model(const Observations& observations,
                                 std::span<const View* const> views, const ObservedCamera& camera,
                                 const IntrinsicsOptions& options, ModelTrial& trial) {
  std::size_t seen = 0;
  for (const View* view : views) seen += view->corners.size();
  const std::size_t parameters = parameter_count(trial.model);
  if (seen < kCornersPerParameter * parameters) {
    trial.problem = fmt::format(
        "{}: {} corners are too few for the {} parameters of {}: film more views of the board",
        camera.name, seen, parameters, trial.model);
    return std::nullopt;
  }
  try {
    LensFit fit =
        fit_lens(observations, views, camera, trial.model, options.reject, options.min_views);
    covariance_of_lens(fit.bundle);  // throws: a lens that is not determined is no choice
    trial.rms_px = overall_rms(fit.bundle);
    return fit;
  } catch (const UndeterminedError& error) {
    trial.problem = error.what();
    return std::nullopt;
  }
}

// What the models that fit say of views left out, in the order of the trials; the others get their
// problem.
std::vector<Measured> measure(const Observations& observations,
                              const std::vector<std::optional<LensFit>>& fits, double reject,
                              std::vector<ModelTrial>& trials) {
  const std::vector<const View*> common = common_views(observations, fits);
  double hopeless = std::numeric_limits<double>::infinity();
  std::vector<Measured> measured;
  for (const std::size_t i : by_rms(trials)) {
    if (*trials[i].rms_px > hopeless) {
      trials[i].problem = "fits too badly to be worth leaving views out";
      continue;
    }
    const std::vector<HeldOutCorner> corners =
        heldout_lens(observations, common, fits[i]->bundle.cameras[0].intrinsics, reject, kFolds);
    const double error = mean_length(corners);
    if (!std::isfinite(error)) {
      trials[i].problem = "some views left out could not be predicted";
      continue;
    }
    trials[i].heldout_px = error;
    measured.push_back({&trials[i], view_means(corners)});
    // Easy views alone are easily fitted.
    if (10 * fits[i]->bundle.views.size() >= 9 * common.size())
      hopeless = std::min(hopeless, kHopeless * *trials[i].rms_px);
  }
  std::sort(measured.begin(), measured.end(),
            [](const Measured& a, const Measured& b) { return a.trial < b.trial; });
  return measured;
}

// Throws what the simplest model says of the views: it asks least of them.
[[noreturn]] void fail_all(const std::vector<std::optional<LensFit>>& fits,
                           const std::vector<ModelTrial>& trials, const std::string& camera,
                           std::size_t views) {
  if (!fits.front()) throw UndeterminedError(trials.front().problem);
  throw UndeterminedError(fmt::format(
      "{}: no lens model predicts views left out of the {}: check the board's size, and film more "
      "views of the board, tilted in several directions, all over the picture",
      camera, views));
}

}  // namespace

ModelChoice choose_model(const Observations& observations, std::span<const View* const> views,
                         const ObservedCamera& camera, const IntrinsicsOptions& options) {
  if (views.size() < kFolds)
    return {kModelOfFewViews,
            {{.model = kModelOfFewViews, .problem = "too few views to leave out"}}};
  std::vector<ModelTrial> trials;
  std::vector<std::optional<LensFit>> fits;
  for (const std::string& model : model_names()) {
    trials.push_back({model});
    fits.push_back(try_model(observations, views, camera, options, trials.back()));
  }
  const std::vector<Measured> measured = measure(observations, fits, options.reject, trials);
  if (measured.empty()) fail_all(fits, trials, camera.name, views.size());
  std::string model = choose(measured).trial->model;
  return {std::move(model), std::move(trials)};
}

}  // namespace calib
