#include "solve/lens_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/errors.hpp"
#include "base/median.hpp"
#include "camera/models/splined.hpp"
#include "solve/board_pose.hpp"
#include "solve/first_intrinsics.hpp"
#include "solve/observability.hpp"
#include "solve/robust_adjust.hpp"
#include "solve/splined_start.hpp"

namespace calib {
namespace {

// A view further off than this many times the median of the first fit takes no part in it.
constexpr double kFirstFitRatio = 5, kFirstFitLeastPx = 3;
// A start is near when its errors are below this share of the picture's width.
constexpr double kNearOfWidth = 0.0025;
// The starts compete on so many views; the winner is then fitted to all.
constexpr std::size_t kMostContestViews = 20;

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
  const double bound = std::max(kFirstFitRatio * median(errors), kFirstFitLeastPx);
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
    adjust(bundle, {.tolerance = kRoughTolerance});
    lens = bundle.cameras[0].intrinsics;
    bundle.views = std::move(all);
    best = std::move(bundle);
  }
  return best;
}

// How much better than kFirstFitLeastPx a bundle explains its views, in square pixels: what is
// worse, or has no pose, counts for nothing.
double explained(const Bundle& bundle) {
  double sum = 0;
  for (const auto& errors : view_errors(bundle, bundle.views)) {
    const double error = std::min(rms(errors), kFirstFitLeastPx);
    sum +=
        static_cast<double>(errors.size()) * (kFirstFitLeastPx * kFirstFitLeastPx - error * error);
  }
  return sum;
}

// All parameters fitted from one start, a far one by way of the focal length and the leading
// coefficient alone. From a near one that detour would lead away: double_sphere has a second valley
// at positive xi, which looks nearly the same.
Bundle fit_from(const Observations& observations, std::span<const View* const> views,
                const std::string& name, const FirstIntrinsics& first) {
  const Intrinsics& start = first.intrinsics;
  if (first.median_rms_px < kNearOfWidth * start.image_size.width)
    return fit_all_views(observations, views, name, start);
  Bundle rough = single_camera_bundle(observations, views, name, start);
  drop_strangers(rough);
  rough.cameras[0].free = FreeIntrinsics::kFocalAndFirstRadial;
  adjust(rough, {.tolerance = kRoughTolerance});
  return fit_all_views(observations, views, name, rough.cameras[0].intrinsics);
}

// Evenly spread over all views.
std::vector<const View*> some_of(std::span<const View* const> views) {
  const std::size_t count = std::min(views.size(), kMostContestViews);
  std::vector<const View*> chosen;
  for (std::size_t i = 0; i < count; ++i) chosen.push_back(views[i * views.size() / count]);
  return chosen;
}

// The lens that explains some of the views best, whichever start it comes from.
Intrinsics rough_lens(const Observations& observations, std::span<const View* const> views,
                      const std::string& name, const std::vector<FirstIntrinsics>& starts) {
  const std::vector<const View*> some = some_of(views);
  Intrinsics best = starts.front().intrinsics;
  double most = 0;
  for (const FirstIntrinsics& start : starts) {
    const Bundle bundle = fit_from(observations, some, name, start);
    const double found = explained(bundle);
    if (found <= most) continue;
    most = found;
    best = bundle.cameras[0].intrinsics;
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
      covariance_of_lens(fit.bundle);  // a surface is not better determined than a formula
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
  const std::vector<FirstIntrinsics> starts =
      first_intrinsics(model, observations.board, camera, views);
  return fit_all_views(observations, views, camera.name,
                       rough_lens(observations, views, camera.name, starts));
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
  if (!std::isfinite(overall_rms(fit.bundle))) {
    throw UndeterminedError(fmt::format(
        "{}: no lens of model {} comes near these corners: try another --model, or check the "
        "board's size and the corners' positions",
        camera.name, model));
  }
  return fit;
}

}  // namespace calib
