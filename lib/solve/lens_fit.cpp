#include "solve/lens_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/append.hpp"
#include "base/errors.hpp"
#include "base/median.hpp"
#include "base/subsample.hpp"
#include "camera/models/splined.hpp"
#include "solve/board_pose.hpp"
#include "solve/first_intrinsics.hpp"
#include "solve/observability.hpp"
#include "solve/robust_adjust.hpp"
#include "solve/splined_start.hpp"

namespace calib {
namespace {

// The first fit leaves out views whose RMS error is larger than this many times the median and than
// this many pixels.
constexpr double kFirstFitRatio = 5, kFirstFitMinPx = 3;
// A start is close if its median RMS error is below this fraction of the image width.
constexpr double kCloseStart = 0.0025;
// The starts are compared on this many views; the best one is then fitted to all views.
constexpr std::size_t kMaxComparedViews = 20;

// Leaves out the views whose error at the initial values is far larger than the median.
void drop_outlier_views(Bundle& bundle) {
  std::vector<double> errors;
  for (const auto& of_view : reprojection_errors(bundle, bundle.views))
    errors.push_back(rms(of_view));
  if (errors.empty()) return;
  const double bound = std::max(kFirstFitRatio * median(errors), kFirstFitMinPx);
  std::vector<BundleView> kept;
  for (std::size_t i = 0; i < errors.size(); ++i) {
    if (errors[i] <= bound) kept.push_back(bundle.views[i]);
  }
  bundle.views = std::move(kept);
}

// Alternates between locating the board in all views and fitting the lens, as long as more views
// have a pose: a wide lens has rays for its outermost corners only once its distortion is known.
Bundle fit_all_views(const Observations& observations, std::span<const View* const> views,
                     const std::string& name, Intrinsics lens) {
  Bundle best;
  while (best.views.size() < views.size()) {
    Bundle bundle = single_camera_bundle(observations, views, name, lens);
    if (bundle.views.size() <= best.views.size()) break;
    std::vector<BundleView> all = bundle.views;
    drop_outlier_views(bundle);
    adjust(bundle, {.tolerance = kRoughTolerance});
    lens = bundle.cameras[0].intrinsics;
    bundle.views = std::move(all);
    best = std::move(bundle);
  }
  return best;
}

// Fits all parameters from one start. If the start is not close, the focal length and the first
// distortion coefficient are fitted alone first. From a close start that could end in a wrong local
// minimum: double_sphere has a second one at positive xi with nearly the same errors.
Bundle fit_from(const Observations& observations, std::span<const View* const> views,
                const std::string& name, const FirstIntrinsics& first) {
  const Intrinsics& start = first.intrinsics;
  if (first.median_rms_px < kCloseStart * start.image_size.width)
    return fit_all_views(observations, views, name, start);
  Bundle rough = single_camera_bundle(observations, views, name, start);
  drop_outlier_views(rough);
  rough.cameras[0].free = FreeIntrinsics::kFocalAndFirstRadial;
  adjust(rough, {.tolerance = kRoughTolerance});
  return fit_all_views(observations, views, name, rough.cameras[0].intrinsics);
}

// The lens with the best score on evenly spread views, among the fits from all starts.
Intrinsics rough_lens(const Observations& observations, std::span<const View* const> views,
                      const std::string& name, const std::vector<FirstIntrinsics>& starts) {
  std::vector<const View*> some;
  for (const std::size_t i : evenly_spread(views.size(), kMaxComparedViews))
    some.push_back(views[i]);
  Intrinsics best = starts.front().intrinsics;
  double best_score = 0;
  for (const FirstIntrinsics& start : starts) {
    const Bundle bundle = fit_from(observations, some, name, start);
    const double score = fit_score(bundle);
    if (score <= best_score) continue;
    best_score = score;
    best = bundle.cameras[0].intrinsics;
  }
  return best;
}

// The models from which the fit of a splined lens starts: one for narrow lenses, one for wide ones.
constexpr const char* kSplinedStarts[] = {"opencv8", "fisheye"};

// The fit that keeps the most views; of equal ones the one with the smaller error.
Intrinsics best_start(const Observations& observations, std::span<const View* const> views,
                      const ObservedCamera& camera, double reject, int min_views) {
  std::optional<LensFit> best;
  std::string problem;
  for (const char* model : kSplinedStarts) {
    try {
      LensFit fit = fit_lens(observations, views, camera, model, reject, min_views);
      covariance_of_lens(fit.bundle);  // throws if the views do not determine even this model
      const std::size_t count = fit.bundle.views.size();
      if (!best || count > best->bundle.views.size() ||
          (count == best->bundle.views.size() &&
           overall_rms(fit.bundle) < overall_rms(best->bundle))) {
        best = std::move(fit);
      }
    } catch (const UndeterminedError& error) {
      problem = error.what();
    }
  }
  if (!best) throw UndeterminedError(problem);
  return best->bundle.cameras[0].intrinsics;
}

// The initial values of the final fit: the lens, and all views that have a pose with it.
Bundle start_bundle(const Observations& observations, std::span<const View* const> views,
                    const ObservedCamera& camera, const std::string& model, double reject,
                    int min_views) {
  if (model == Splined::name) {
    const Intrinsics start = best_start(observations, views, camera, reject, min_views);
    return single_camera_bundle(observations, views, camera.name, splined_like(start));
  }
  const std::vector<FirstIntrinsics> starts =
      first_intrinsics(model, observations.board, camera, views);
  return fit_all_views(observations, views, camera.name,
                       rough_lens(observations, views, camera.name, starts));
}

// Fits all parameters, from a bundle of all views that have a pose, while rejecting outliers.
LensFit fit_robustly(const Observations& observations, std::span<const View* const> views,
                     const ObservedCamera& camera, const std::string& model, Bundle start,
                     double reject, int min_views) {
  LensFit fit{std::move(start), {}};
  const std::vector<BundleView> all = fit.bundle.views;
  fit.rejected = robust_adjust(fit.bundle, observations, reject);
  if (fit.bundle.views.size() < static_cast<std::size_t>(min_views)) {
    throw UndeterminedError(fmt::format(
        "{}: one lens of model {} fits only {} of the {} views of the board, expected at least {}: "
        "film the board with this camera from more sides, or try another --model",
        camera.name, model, fit.bundle.views.size(), views.size(), min_views));
  }
  if (!std::isfinite(overall_rms(fit.bundle))) {
    throw UndeterminedError(
        fmt::format("{}: no lens of model {} fits these corners: try another --model, or check the "
                    "board's size and the corners' positions",
                    camera.name, model));
  }
  append(fit.rejected, views_without_pose(observations, views, all, fit.bundle.cameras[0]));
  return fit;
}

}  // namespace

Bundle single_camera_bundle(const Observations& observations, std::span<const View* const> views,
                            const std::string& name, const Intrinsics& intrinsics) {
  Bundle bundle{
      observations.board, {{name, intrinsics, Pose{}, FreeIntrinsics::kAll, false}}, {}, {}};
  const Projector camera(intrinsics);
  for (const View* view : views) {
    const auto pose = estimate_board_pose(camera, observations.board, view->corners);
    if (!pose) continue;
    BundleView entry;
    entry.board_pose = static_cast<int>(bundle.board_poses.size());
    entry.observed_view = static_cast<std::size_t>(view - observations.views.data());
    entry.corners = view->corners;
    bundle.board_poses.push_back(pose->T_cam_board);
    bundle.views.push_back(std::move(entry));
  }
  return bundle;
}

std::vector<Rejected> views_without_pose(const Observations& observations,
                                         std::span<const View* const> views,
                                         const std::vector<BundleView>& posed,
                                         const BundleCamera& camera) {
  const Projector lens(camera.intrinsics);
  std::vector<Rejected> rejected;
  for (const View* view : views) {
    const bool has_pose = std::any_of(posed.begin(), posed.end(), [&](const BundleView& entry) {
      return &observations.views[entry.observed_view] == view;
    });
    if (has_pose) continue;
    rejected.push_back(
        {camera.name, view->frame, std::nullopt, no_pose_reason(lens, view->corners)});
  }
  return rejected;
}

double overall_rms(const Bundle& bundle) {
  double sum = 0;
  std::size_t count = 0;
  for (const auto& errors : reprojection_errors(bundle, bundle.views)) {
    for (const Eigen::Vector2d& error : errors) sum += error.squaredNorm();
    count += errors.size();
  }
  return count == 0 ? 0 : std::sqrt(sum / static_cast<double>(count));
}

double fit_score(const Bundle& bundle) {
  double sum = 0;
  for (const auto& errors : reprojection_errors(bundle, bundle.views)) {
    const double error = std::min(rms(errors), kFirstFitMinPx);
    sum += static_cast<double>(errors.size()) * (kFirstFitMinPx * kFirstFitMinPx - error * error);
  }
  return sum;
}

LensFit fit_lens(const Observations& observations, std::span<const View* const> views,
                 const ObservedCamera& camera, const std::string& model, double reject,
                 int min_views) {
  return fit_robustly(observations, views, camera, model,
                      start_bundle(observations, views, camera, model, reject, min_views), reject,
                      min_views);
}

LensFit refine_lens(const Observations& observations, std::span<const View* const> views,
                    const ObservedCamera& camera, const Intrinsics& start, double reject,
                    int min_views) {
  return fit_robustly(observations, views, camera, start.model,
                      single_camera_bundle(observations, views, camera.name, start), reject,
                      min_views);
}

}  // namespace calib
