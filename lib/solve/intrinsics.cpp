#include "solve/intrinsics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/errors.hpp"
#include "base/parallel.hpp"
#include "solve/board_pose.hpp"
#include "solve/bundle.hpp"
#include "solve/covariance.hpp"
#include "solve/first_intrinsics.hpp"
#include "solve/opencv_calibrate.hpp"
#include "solve/robust_adjust.hpp"

namespace calib {
namespace {

// A view further off than this many times the median of the first fit takes no part in it.
constexpr double kFirstFitRatio = 5, kFirstFitLeastPx = 3;

std::vector<const View*> views_of(const Observations& observations, int camera) {
  std::vector<const View*> views;
  for (const View& view : observations.views) {
    if (view.camera == camera && view.corners.size() >= 4) views.push_back(&view);
  }
  return views;
}

void require_views(const ObservedCamera& camera, std::size_t found, int expected) {
  if (found >= static_cast<std::size_t>(expected)) return;
  throw UndeterminedError(fmt::format(
      "{}: {} views of the board, expected at least {}: film the board with this camera "
      "from several sides (detect's summary says why images were not used)",
      camera.name, found, expected));
}

void require_agreement(const ObservedCamera& camera, const IntrinsicsOptions& options,
                       std::size_t agree, std::size_t found) {
  if (agree >= static_cast<std::size_t>(options.min_views)) return;
  throw UndeterminedError(fmt::format(
      "{}: one lens of model {} explains only {} of the {} views of the board, expected at least "
      "{}: film the board with this camera from more sides, or try another --model",
      camera.name, options.model, agree, found, options.min_views));
}

// One camera that is its own rig: every view has its own board pose. Views that no pose explains
// are left out.
Bundle single_camera_bundle(const Observations& observations, const std::vector<const View*>& views,
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

std::vector<Rejected> views_without_pose(const std::vector<const View*>& views,
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

double overall_rms(const Bundle& bundle) {
  double sum = 0;
  std::size_t count = 0;
  for (const auto& errors : view_errors(bundle, bundle.views)) {
    for (const Eigen::Vector2d& error : errors) sum += error.squaredNorm();
    count += errors.size();
  }
  return count == 0 ? 0 : std::sqrt(sum / static_cast<double>(count));
}

// With a better lens every view gets a new chance, again as long as that finds a pose for more of
// them: a wide lens sees its outermost corners only when its distortion is known.
Bundle fit_all_views(const Observations& observations, const std::vector<const View*>& views,
                     const std::string& name, Intrinsics lens) {
  Bundle best;
  while (best.views.size() < views.size()) {
    Bundle bundle = single_camera_bundle(observations, views, name, lens);
    if (bundle.views.size() <= best.views.size()) break;
    std::vector<BundleView> all = bundle.views;
    drop_strangers(bundle);
    adjust(bundle);
    lens = bundle.cameras[0].intrinsics;
    bundle.views = std::move(all);
    best = std::move(bundle);
  }
  return best;
}

std::vector<Rejected> solve_jointly(const Observations& observations,
                                    const std::vector<const View*>& views,
                                    const IntrinsicsOptions& options,
                                    const ObservedCamera& observed, Camera& camera) {
  const FirstIntrinsics first =
      first_intrinsics(options.model, observations.board, observed, views);
  Bundle rough = single_camera_bundle(observations, views, camera.name, first.intrinsics);
  drop_strangers(rough);
  rough.cameras[0].free = FreeIntrinsics::kFocalAndFirstRadial;
  adjust(rough);

  Bundle bundle = fit_all_views(observations, views, camera.name, rough.cameras[0].intrinsics);
  const std::vector<BundleView> all = bundle.views;
  std::vector<Rejected> rejected = robust_adjust(bundle, observations, options.reject);
  const std::vector<Rejected> poseless = views_without_pose(views, all, observations, camera.name);
  rejected.insert(rejected.end(), poseless.begin(), poseless.end());
  require_agreement(observed, options, bundle.views.size(), views.size());

  camera.intrinsics = bundle.cameras[0].intrinsics;
  check_intrinsics(*camera.intrinsics);
  camera.std = standard_deviations(bundle, covariance(bundle))[0];
  camera.reprojection_rms_px = overall_rms(bundle);
  camera.views = static_cast<int>(bundle.views.size());
  return rejected;
}

std::vector<Rejected> solve_camera(const Observations& observations, int index,
                                   const IntrinsicsOptions& options, Camera& camera) {
  const ObservedCamera& observed = observations.cameras[static_cast<std::size_t>(index)];
  camera.name = observed.name;
  camera.image_size = observed.image_size;
  camera.crop = observed.crop;
  const std::vector<const View*> views = views_of(observations, index);
  require_views(observed, views.size(), options.min_views);
  try {
    if (options.solver == "opencv")
      return calibrate_with_opencv(options.model, observations.board, views, camera);
    return solve_jointly(observations, views, options, observed, camera);
  } catch (const UndeterminedError& error) {
    if (std::string_view(error.what()).starts_with(observed.name)) throw;
    throw UndeterminedError(fmt::format("{}: {}", observed.name, error.what()));
  }
}

}  // namespace

Calibration solve_intrinsics(const Observations& observations, const IntrinsicsOptions& options,
                             int jobs, Progress& progress) {
  require_model(options.model);
  Calibration calibration;
  calibration.board = observations.board;
  calibration.cameras.resize(observations.cameras.size());
  std::vector<std::vector<Rejected>> rejected(observations.cameras.size());
  progress.begin("intrinsics", observations.cameras.size());
  parallel_for(observations.cameras.size(), jobs, [&](std::size_t i) {
    rejected[i] = solve_camera(observations, static_cast<int>(i), options, calibration.cameras[i]);
    progress.advance();
  });
  progress.end();
  for (const auto& list : rejected) {
    calibration.rejected.insert(calibration.rejected.end(), list.begin(), list.end());
  }
  if (!calibration.cameras.empty()) calibration.reference_camera = calibration.cameras.front().name;
  return calibration;
}

}  // namespace calib
