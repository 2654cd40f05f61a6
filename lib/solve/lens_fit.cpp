#include "solve/lens_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/errors.hpp"
#include "camera/models/splined.hpp"
#include "solve/board_pose.hpp"
#include "solve/first_intrinsics.hpp"
#include "solve/robust_adjust.hpp"
#include "solve/splined_start.hpp"

namespace calib {
namespace {

// A view further off than this many times the median of the first fit takes no part in it.
constexpr double kFirstFitRatio = 5, kFirstFitLeastPx = 3;
// The tolerance of a fit that is only the start of the next.
constexpr double kRoughly = 0.1;

std::vector<Rejected> views_without_pose(std::span<const View* const> views,
                                         const std::vector<BundleView>& posed,
                                         const Observations& observations,
                                         const std::string& camera) {
  std::vector<Rejected> rejected;
  for (const View* view : views) {
    const bool has_pose = std::any_of(posed.begin(), posed.end(), [&](const BundleView& entry) {
      return &observations.views[entry.source] == view;
    });
    if (!has_pose)
      rejected.push_back({camera, view->frame, std::nullopt, std::string(kNoPoseReason)});
  }
  return rejected;
}

// Keeps the views that the first values explain about as well as the others.
void drop_strangers(Bundle& bundle) {
  std::vector<double> errors;
  for (const auto& of_view : view_errors(bundle, bundle.views)) errors.push_back(rms(of_view));
  if (errors.empty()) return;
  std::vector<double> sorted = errors;
  std::sort(sorted.begin(), sorted.end());
  const double bound = std::max(kFirstFitRatio * sorted[sorted.size() / 2], kFirstFitLeastPx);
  std::vector<BundleView> kept;
  for (std::size_t i = 0; i < errors.size(); ++i) {
    if (errors[i] <= bound) kept.push_back(bundle.views[i]);
  }
  bundle.views = std::move(kept);
}

// With a better lens every view gets a new chance, again as long as that finds a pose for more of
// them: a wide lens sees its outermost corners only when its distortion is known.
Bundle fit_all_views(const Observations& observations, std::span<const View* const> views,
                     const std::string& name, Intrinsics lens) {
  Bundle best;
  while (best.views.size() < views.size()) {
    Bundle bundle = single_camera_bundle(observations, views, name, lens);
    if (bundle.views.size() <= best.views.size()) break;
    std::vector<BundleView> all = bundle.views;
    drop_strangers(bundle);
    adjust(bundle, {.tolerance = kRoughly});
    lens = bundle.cameras[0].intrinsics;
    bundle.views = std::move(all);
    best = std::move(bundle);
  }
  return best;
}

// The formulas from which a splined lens starts: one for narrow lenses, one for wide ones.
constexpr const char* kSplinedStarts[] = {"opencv8", "fisheye"};

// The lens with which most views have a pose; of equals the one with the least error.
Intrinsics best_start(const Observations& observations, std::span<const View* const> views,
                      const ObservedCamera& camera, double reject, int min_views) {
  std::optional<LensFit> best;
  std::string problem;
  for (const char* model : kSplinedStarts) {
    try {
      LensFit fit = fit_lens(observations, views, camera, model, reject, min_views);
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

// All views that have a pose at lenses near enough for the last fit to start.
Bundle start_bundle(const Observations& observations, std::span<const View* const> views,
                    const ObservedCamera& camera, const std::string& model, double reject,
                    int min_views) {
  if (model == Splined::name) {
    const Intrinsics like = best_start(observations, views, camera, reject, min_views);
    return single_camera_bundle(observations, views, camera.name, splined_like(like));
  }
  const FirstIntrinsics first = first_intrinsics(model, observations.board, camera, views);
  Bundle rough = single_camera_bundle(observations, views, camera.name, first.intrinsics);
  drop_strangers(rough);
  rough.cameras[0].free = FreeIntrinsics::kFocalAndFirstRadial;
  adjust(rough, {.tolerance = kRoughly});
  return fit_all_views(observations, views, camera.name, rough.cameras[0].intrinsics);
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
    entry.source = static_cast<std::size_t>(view - observations.views.data());
    entry.corners = view->corners;
    bundle.board_poses.push_back(pose->T_cam_board);
    bundle.views.push_back(std::move(entry));
  }
  return bundle;
}

double overall_rms(const Bundle& bundle) {
  double sum = 0;
  std::size_t count = 0;
  for (const auto& errors : view_errors(bundle, bundle.views)) {
    for (const Eigen::Vector2d& error : errors) sum += error.squaredNorm();
    count += errors.size();
  }
  return count == 0 ? 0 : std::sqrt(sum / static_cast<double>(count));
}

LensFit fit_lens(const Observations& observations, std::span<const View* const> views,
                 const ObservedCamera& camera, const std::string& model, double reject,
                 int min_views) {
  LensFit fit{start_bundle(observations, views, camera, model, reject, min_views), {}};
  const std::vector<BundleView> all = fit.bundle.views;
  fit.rejected = robust_adjust(fit.bundle, observations, reject);
  const std::vector<Rejected> poseless = views_without_pose(views, all, observations, camera.name);
  fit.rejected.insert(fit.rejected.end(), poseless.begin(), poseless.end());
  if (fit.bundle.views.size() < static_cast<std::size_t>(min_views)) {
    throw UndeterminedError(fmt::format(
        "{}: one lens of model {} explains only {} of the {} views of the board, expected at least "
        "{}: film the board with this camera from more sides, or try another --model",
        camera.name, model, fit.bundle.views.size(), views.size(), min_views));
  }
  check_intrinsics(fit.bundle.cameras[0].intrinsics);
  return fit;
}

}  // namespace calib
