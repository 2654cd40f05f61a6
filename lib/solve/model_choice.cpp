#include "solve/model_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "base/errors.hpp"
#include "base/median.hpp"
#include "base/parallel.hpp"
#include "base/subsample.hpp"
#include "camera/models/splined.hpp"
#include "solve/board_pose.hpp"
#include "solve/convert_lens.hpp"
#include "solve/first_intrinsics.hpp"
#include "solve/heldout.hpp"
#include "solve/observability.hpp"
#include "solve/splined_start.hpp"

namespace calib {
namespace {

constexpr int kFolds = 4;
// More views, evenly spread, do not change the choice, but take time: all models are fitted to
// them.
constexpr std::size_t kMostViews = 48;
// Views that were held out have no smaller errors than those of the fit. So a model whose mean
// error times this factor is larger than the held-out error of another one cannot win.
constexpr double kLeastHeldOut = 0.95;
// A view that a model cannot predict counts as one with this many times the median error of the
// best model, and so does one that it predicts even worse. A view whose error is this many times
// the median of the model is left out of its fit.
constexpr double kMostOfView = 10;
// A simpler model is chosen if it is worse by no more than this, and no more than chance.
constexpr double kMostWorse = 0.005;
// With fewer corners per parameter, held-out views do not tell how well a model predicts the rest
// of the image.
constexpr std::size_t kCornersPerParameter = 5;
constexpr const char* kModelOfFewViews = "opencv4";
constexpr std::size_t kFewestViews = 4;
// The models of the reference, for narrow and for wide lenses. The second one is tried if the first
// one does not explain all views, 99 % of the corners, and these to this RMS.
constexpr const char* kReferences[] = {"opencv5", "fisheye"};
constexpr double kGoodReferencePx = 1;
// If the views determine neither of them.
constexpr const char* kSimplestReference = "pinhole";
// How often the chosen model may become the reference because it explains more corners.
constexpr int kMoreReferences = 2;
// The splined lens is tried if the errors of the best formula have a pattern of at least this share
// of what its parameters explain by chance.
constexpr double kLeastPattern = 0.25;
// More corners take time: only the splined model needs them.
constexpr std::size_t kMostCorners = 2000, kFewestOfView = 16;  // in all, in a view
// A model with a mean error below this many times that of the best one is cross-validated by
// solves: the single step that is enough for the others exaggerates the errors of weakly determined
// lenses.
constexpr double kBetterFit = 0.995;
// A start of a fit needs only some of the rays.
constexpr std::size_t kMostRays = 200;
constexpr AdjustOptions kTrialFit{.tolerance = kRoughTolerance, .max_iterations = 20};

// The data from which a model is chosen.
struct Recording {
  const Observations& observations;
  std::vector<const View*> views;
  const ObservedCamera& camera;
  const IntrinsicsOptions& options;
  int jobs;
};

std::size_t count_corners(std::span<const View* const> views) {
  std::size_t count = 0;
  for (const View* view : views) count += view->corners.size();
  return count;
}

std::size_t count_corners(const Bundle& bundle) {
  std::size_t count = 0;
  for (const BundleView& view : bundle.views) count += view.corners.size();
  return count;
}

// Throws UndeterminedError if the views do not determine the lens.
LensFit require_determined(LensFit fit) {
  covariance_of_lens(fit.bundle);
  return fit;
}

bool explains_all(const LensFit& fit, const Recording& recording) {
  return fit.bundle.views.size() == recording.views.size() &&
         100 * count_corners(fit.bundle) >= 99 * count_corners(recording.views) &&
         overall_rms(fit.bundle) < kGoodReferencePx;
}

// A fit to the views of a model that explains most corners. Throws UndeterminedError with the
// problem of the simplest model, which needs the fewest views.
LensFit reference_fit(const Recording& recording) {
  const auto fit_model = [&](const char* model) {
    return require_determined(fit_lens(recording.observations, recording.views, recording.camera,
                                       model, recording.options.reject,
                                       recording.options.min_views));
  };
  std::optional<LensFit> best;
  for (const char* model : kReferences) {
    if (best && explains_all(*best, recording)) break;
    try {
      LensFit fit = fit_model(model);
      if (!best || fit_score(fit.bundle) > fit_score(best->bundle)) best = std::move(fit);
    } catch (const UndeterminedError&) {
      continue;  // the other one, or the simplest, may be determined
    }
  }
  return best ? std::move(*best) : fit_model(kSimplestReference);
}

// The rays of some corners of the reference, and their observed pixels.
std::vector<LensSample> rays_of(const Bundle& reference) {
  std::vector<LensSample> rays;
  rays.reserve(count_corners(reference));
  for (const BundleView& view : reference.views) {
    const Pose& T_cam_board = reference.board_poses[static_cast<std::size_t>(view.board_pose)];
    for (const Corner& corner : view.corners) {
      rays.push_back({{corner.x, corner.y},
                      (T_cam_board * corner_position(reference.board, corner.id)).normalized()});
    }
  }
  subsample(rays, kMostRays);
  return rays;
}

// The views that the lens of the bundle can project.
std::vector<BundleView> projectable(const Bundle& bundle, const std::vector<BundleView>& views) {
  const auto errors = reprojection_errors(bundle, views);
  std::vector<BundleView> result;
  result.reserve(views.size());
  for (std::size_t i = 0; i < views.size(); ++i)
    if (std::isfinite(rms(errors[i]))) result.push_back(views[i]);
  return result;
}

// Leaves out the views that the model cannot fit. Returns whether there are any.
bool drop_misfits(Bundle& bundle) {
  std::vector<double> errors;
  errors.reserve(bundle.views.size());
  for (const auto& of_view : reprojection_errors(bundle, bundle.views))
    errors.push_back(rms(of_view));
  const double bound = kMostOfView * median(errors);
  std::size_t i = 0;
  return std::erase_if(bundle.views, [&](const BundleView&) { return errors[i++] > bound; }) > 0;
}

// Fits a lens to the corners of the reference, from its board poses: to all views that the lens can
// project, as long as these become more.
Bundle fit_like(const Bundle& reference, const Intrinsics& start) {
  Bundle bundle = reference;
  bundle.cameras[0].intrinsics = start;
  std::size_t before = 0;
  while (before < reference.views.size()) {
    bundle.views = projectable(bundle, reference.views);
    if (bundle.views.size() <= before) break;
    before = bundle.views.size();
    adjust(bundle, kTrialFit);
  }
  if (drop_misfits(bundle)) adjust(bundle, kTrialFit);
  return bundle;
}

std::size_t parameter_count(const std::string& model) { return parameter_names(model).size(); }

std::optional<Intrinsics> start_of(const Bundle& like, const std::string& model) {
  const Intrinsics& lens = like.cameras[0].intrinsics;
  return model == Splined::name ? splined_like(lens) : lens_through(rays_of(like), lens, model);
}

// The fit of one model to the corners of the reference. If they do not determine it, returns
// nullopt and sets the trial's problem.
std::optional<Bundle> try_model(const Recording& recording, const Bundle& reference,
                                ModelTrial& trial) {
  trial.rms_px.reset();
  const std::size_t corners = count_corners(recording.views);
  const std::size_t parameters = parameter_count(trial.model);
  if (corners < kCornersPerParameter * parameters) {
    trial.problem = fmt::format(
        "{}: {} corners are too few for the {} parameters of {}: film more views of the board",
        recording.camera.name, corners, parameters, trial.model);
    return std::nullopt;
  }
  try {
    const auto start = start_of(reference, trial.model);
    if (!start) {
      trial.problem = "it cannot project the corners";
      return std::nullopt;
    }
    Bundle bundle = fit_like(reference, *start);
    const double rms_px = overall_rms(bundle);
    if (2 * bundle.views.size() <= reference.views.size() || !std::isfinite(rms_px)) {
      trial.problem = "it cannot project most of the views";
      return std::nullopt;
    }
    trial.rms_px = rms_px;
    return bundle;
  } catch (const UndeterminedError& error) {
    trial.problem = error.what();
    return std::nullopt;
  }
}

using Fits = std::vector<std::optional<Bundle>>;  // of each trial that has one

// The cross-validation of one model: the mean error of each view of the reference.
struct CrossValidated {
  ModelTrial* trial = nullptr;
  const Bundle* bundle = nullptr;
  double fit_px = 0;  // the mean error of the views of the fit
  std::vector<double> view_px;
};

// The mean error of each view of the reference; infinity where the model has no prediction.
std::vector<double> view_means(const Observations& observations, const Bundle& reference,
                               const std::vector<HeldOutCorner>& corners) {
  std::map<std::int64_t, std::vector<HeldOutCorner>> by_frame;
  for (const BundleView& view : reference.views)
    by_frame[observations.views[view.observed_view].frame];
  for (const HeldOutCorner& corner : corners) by_frame[corner.frame].push_back(corner);
  std::vector<double> means;
  means.reserve(by_frame.size());
  for (const auto& [frame, of_view] : by_frame) means.push_back(mean_length(of_view));
  return means;
}

// The mean error of each view of the fit.
std::vector<double> fitted_means(const Bundle& fit) {
  std::vector<double> means;
  means.reserve(fit.views.size());
  for (const auto& errors : reprojection_errors(fit, fit.views)) {
    double sum = 0;
    for (const Eigen::Vector2d& error : errors) sum += error.norm();
    means.push_back(sum / static_cast<double>(errors.size()));
  }
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

// The errors with a solve of each fold; infinity if one fails.
std::vector<double> refitted_means(const Observations& observations, const Bundle& reference,
                                   const Bundle& fit) {
  try {
    return view_means(observations, reference, heldout_refit(observations, fit, kFolds, kTrialFit));
  } catch (const UndeterminedError&) {
    return view_means(observations, reference, {});
  }
}

// Solves the folds of models that fit better than the one with the smallest error.
void refit_better_fits(const Recording& recording, const Bundle& reference,
                       std::vector<CrossValidated>& measured) {
  if (measured.empty()) return;
  const auto best = std::min_element(measured.begin(), measured.end(),
                                     [](const CrossValidated& a, const CrossValidated& b) {
                                       return median(a.view_px) < median(b.view_px);
                                     });
  const double max_fit_px = kBetterFit * best->fit_px;
  parallel_for(measured.size(), recording.jobs, [&](std::size_t i) {
    CrossValidated& each = measured[i];
    if (each.fit_px >= max_fit_px || each.trial->model == Splined::name) return;
    const std::vector<double> errors =
        refitted_means(recording.observations, reference, *each.bundle);
    if (median(errors) < median(each.view_px)) each.view_px = errors;
  });
}

// Cross-validates the models that could be fitted. Returns those that predict most held-out views,
// in the order of the trials; the others get their problem.
std::vector<CrossValidated> cross_validate(const Recording& recording, const Bundle& reference,
                                           const Fits& fits, std::vector<ModelTrial>& trials) {
  double max_fit_px = std::numeric_limits<double>::infinity();
  double least_px = max_fit_px;
  std::vector<CrossValidated> measured;
  for (const std::size_t i : by_rms(trials)) {
    if (!fits[i]) continue;
    trials[i].problem.clear();
    const double fit_px = capped_mean(fitted_means(*fits[i]), least_px);
    if (fit_px > max_fit_px) {
      trials[i].problem = "its fit is too poor for a cross-validation";
      continue;
    }
    std::vector<double> errors = view_means(recording.observations, reference,
                                            heldout_step(recording.observations, *fits[i], kFolds));
    measured.push_back({&trials[i], &*fits[i], fit_px, std::move(errors)});
    least_px = std::min(least_px, median(measured.back().view_px));
    // A fit to only the easy views sets no limit.
    if (std::isfinite(least_px) && 10 * fits[i]->views.size() >= 9 * reference.views.size())
      max_fit_px =
          std::min(max_fit_px, capped_mean(measured.back().view_px, least_px) / kLeastHeldOut);
  }
  refit_better_fits(recording, reference, measured);
  std::erase_if(measured, [](const CrossValidated& each) {
    if (std::isfinite(median(each.view_px))) return false;
    each.trial->problem = "most held-out views could not be predicted";
    return true;
  });
  for (const CrossValidated& each : measured) least_px = std::min(least_px, median(each.view_px));
  for (CrossValidated& each : measured) {
    each.trial->heldout_px = capped_mean(each.view_px, least_px);
    for (double& error : each.view_px) error = std::min(error, kMostOfView * least_px);
  }
  std::sort(measured.begin(), measured.end(),
            [](const CrossValidated& a, const CrossValidated& b) { return a.trial < b.trial; });
  return measured;
}

[[noreturn]] void throw_none_predicts(const ObservedCamera& camera, std::size_t views) {
  throw UndeterminedError(
      fmt::format("{}: no lens model predicts held-out views among the {}: check the board's size, "
                  "and film more views of the board, tilted in several directions, all over the "
                  "picture",
                  camera.name, views));
}

// The share of the squared errors that their means in the cells of a grid over the picture explain,
// beyond what the means of independent errors would.
double pattern_share(const Bundle& bundle) {
  struct Cell {
    Eigen::Vector2d sum = Eigen::Vector2d::Zero();
    double count = 0;
  };
  const ImageSize size = bundle.cameras[0].intrinsics.image_size;
  const auto cell_of = [](double at, int pixels, int cells) {
    return std::clamp(static_cast<int>(at / pixels * cells), 0, cells - 1);
  };
  std::vector<Cell> cells(Splined::kPoints);
  double square = 0, count = 0;
  const auto errors = reprojection_errors(bundle, bundle.views);
  for (std::size_t v = 0; v < errors.size(); ++v) {
    for (std::size_t k = 0; k < errors[v].size(); ++k) {
      const Corner& corner = bundle.views[v].corners[k];
      const int index = cell_of(corner.y, size.height, Splined::kRows) * Splined::kColumns +
                        cell_of(corner.x, size.width, Splined::kColumns);
      Cell& cell = cells[static_cast<std::size_t>(index)];
      cell.sum += errors[v][k];
      ++cell.count;
      square += errors[v][k].squaredNorm();
      ++count;
    }
  }
  double explained = 0, by_chance = 0;
  for (const Cell& cell : cells) {
    if (cell.count == 0) continue;
    explained += cell.sum.squaredNorm() / cell.count;
    by_chance += 1 / count;
  }
  return explained / square - by_chance;
}

// Some corners of each view of the bundle.
Bundle with_some_corners(Bundle bundle) {
  const double share =
      static_cast<double>(kMostCorners) / static_cast<double>(count_corners(bundle));
  if (share >= 1) return bundle;
  for (BundleView& view : bundle.views) {
    const auto most = std::max<std::size_t>(
        kFewestOfView, static_cast<std::size_t>(share * static_cast<double>(view.corners.size())));
    std::vector<Corner> some = some_corners(view.corners, most);
    const auto by_id = [](const Corner& a, const Corner& b) { return a.id < b.id; };
    std::sort(some.begin(), some.end(), by_id);
    some.erase(std::unique(some.begin(), some.end()), some.end());
    view.corners = std::move(some);
  }
  return bundle;
}

// Whether the errors of a fit show a pattern that is worth trying the splined model.
bool has_pattern(const Bundle& fit) {
  // The parameters of the splined model would take up this share of the squares by chance.
  const double by_chance = static_cast<double>(parameter_count(std::string(Splined::name))) /
                           (2 * static_cast<double>(count_corners(fit)));
  return pattern_share(fit) > kLeastPattern * by_chance;
}

// Fits the models to all corners of the reference, each from its fit to some of them, and the
// splined one from the best of these.
void fit_all_corners(const Recording& recording, const Bundle& reference, std::size_t best,
                     Fits& fits, std::vector<ModelTrial>& trials) {
  const Bundle start = *fits[best];
  parallel_for(trials.size(), recording.jobs, [&](std::size_t i) {
    const bool is_splined = trials[i].model == Splined::name;
    if (!fits[i] && !is_splined) return;
    Bundle like = is_splined ? start : *fits[i];
    like.views = reference.views;
    fits[i] = try_model(recording, like, trials[i]);
  });
}

// All models of the list, fitted to corners of the reference.
Fits try_models(const Recording& recording, const Bundle& reference,
                std::vector<ModelTrial>& trials) {
  trials.clear();
  for (const std::string& model : model_names()) trials.push_back({model});
  Fits fits(trials.size());
  const Bundle some = with_some_corners(reference);
  parallel_for(trials.size(), recording.jobs, [&](std::size_t i) {
    if (trials[i].model != Splined::name) fits[i] = try_model(recording, some, trials[i]);
  });
  const std::vector<std::size_t> order = by_rms(trials);
  if (order.empty()) return fits;
  if (has_pattern(*fits[order.front()])) {
    fit_all_corners(recording, reference, order.front(), fits, trials);
  } else {
    for (ModelTrial& trial : trials) {
      if (trial.model == Splined::name)
        trial.problem = fmt::format("the errors of {} show no pattern that it could follow",
                                    trials[order.front()].model);
    }
  }
  return fits;
}

// The chosen model, fitted to all views of the recording while rejecting outliers. Models whose
// lens the views do not determine are struck out. Returns nullopt if none is left.
std::optional<LensFit> fit_best_model(const Recording& recording, const LensFit& reference,
                                      std::vector<CrossValidated> measured) {
  while (!measured.empty()) {
    const CrossValidated& chosen = choose(measured);
    const Intrinsics& lens = chosen.bundle->cameras[0].intrinsics;
    if (lens.model == reference.bundle.cameras[0].intrinsics.model) return reference;
    try {
      return require_determined(refine_lens(recording.observations, recording.views,
                                            recording.camera, lens, recording.options.reject,
                                            recording.options.min_views));
    } catch (const UndeterminedError& error) {
      chosen.trial->problem = error.what();
      chosen.trial->heldout_px.reset();
      measured.erase(measured.begin() + (&chosen - measured.data()));
    }
  }
  return std::nullopt;
}

}  // namespace

ModelChoice choose_model(const Observations& observations, std::span<const View* const> views,
                         const ObservedCamera& camera, const IntrinsicsOptions& options, int jobs) {
  if (views.size() < kFewestViews) {
    LensFit fit = require_determined(
        fit_lens(observations, views, camera, kModelOfFewViews, options.reject, options.min_views));
    return {
        std::move(fit),
        {{.model = kModelOfFewViews, .problem = "there are too few views for a cross-validation"}}};
  }
  Recording recording{observations, {}, camera, options, jobs};
  for (const std::size_t i : evenly_spread(views.size(), kMostViews))
    recording.views.push_back(views[i]);
  ModelChoice choice{reference_fit(recording), {}};
  for (int round = 0; round <= kMoreReferences; ++round) {
    const Bundle reference = choice.fit.bundle;
    Fits fits = try_models(recording, reference, choice.trials);
    std::optional<LensFit> fit;
    while (!fit) {
      std::vector<CrossValidated> measured =
          cross_validate(recording, reference, fits, choice.trials);
      if (measured.empty()) throw_none_predicts(camera, views.size());
      std::vector<std::size_t> tried;
      for (const CrossValidated& each : measured)
        tried.push_back(static_cast<std::size_t>(each.trial - choice.trials.data()));
      fit = fit_best_model(recording, choice.fit, std::move(measured));
      // All chosen models failed on all views. The remaining models may have been skipped only
      // because these seemed better.
      for (const std::size_t i : tried)
        if (!fit) fits[i].reset();
    }
    choice.fit = std::move(*fit);
    if (count_corners(choice.fit.bundle) <= count_corners(reference)) break;
  }
  if (recording.views.size() < views.size()) {
    choice.fit = require_determined(refine_lens(observations, views, camera,
                                                choice.fit.bundle.cameras[0].intrinsics,
                                                options.reject, options.min_views));
  }
  return choice;
}

}  // namespace calib
