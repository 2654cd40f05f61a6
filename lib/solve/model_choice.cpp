#include "solve/model_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>

#include "base/errors.hpp"
#include "solve/heldout.hpp"
#include "solve/lens_fit.hpp"

namespace calib {
namespace {

constexpr int kFolds = 4;
constexpr double kWorthwhile = 0.999;
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

// Whether `trial` should be taken instead of `best`.
bool is_better(const ModelTrial& trial, const ModelTrial& best) {
  const bool richer = parameter_count(trial.model) > parameter_count(best.model);
  return richer ? *trial.heldout_px < kWorthwhile * *best.heldout_px
                : *trial.heldout_px * kWorthwhile < *best.heldout_px;
}

}  // namespace

ModelChoice choose_model(const Observations& observations, std::span<const View* const> views,
                         const ObservedCamera& camera, const IntrinsicsOptions& options) {
  if (views.size() < kFolds) return {kModelOfFewViews, {}};
  std::vector<std::optional<LensFit>> fits;
  std::vector<ModelTrial> trials;
  for (const std::string& model : model_names()) {
    fits.emplace_back();
    trials.push_back({model});
    try {
      fits.back() = fit_lens(observations, views, camera, model, options.reject, options.min_views);
      trials.back().rms_px = overall_rms(fits.back()->bundle);
    } catch (const UndeterminedError& error) {
      trials.back().problem = error.what();
    }
  }
  const std::vector<const View*> common = common_views(observations, fits);
  const ModelTrial* best = nullptr;
  for (std::size_t i = 0; i < fits.size(); ++i) {
    if (!fits[i]) continue;
    const double error = mean_length(heldout_lens(observations, common,
                                                  fits[i]->bundle.cameras[0].intrinsics,
                                                  options.reject, kFolds));
    if (error == std::numeric_limits<double>::infinity()) {
      trials[i].problem = "some views left out could not be predicted";
      continue;
    }
    trials[i].heldout_px = error;
    if (!best || is_better(trials[i], *best)) best = &trials[i];
  }
  if (!best) {
    throw UndeterminedError(
        fmt::format("{}: no lens model explains the {} views of the board: check the board's size",
                    camera.name, views.size()));
  }
  return {best->model, trials};
}

}  // namespace calib
