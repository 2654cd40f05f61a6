#include "solve/robust_adjust.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/append.hpp"
#include "base/median.hpp"
#include "base/parallel.hpp"
#include "solve/board_pose.hpp"
#include "solve/sigma_groups.hpp"

namespace calib {
namespace {

constexpr int kMaxRounds = 8;
// The first fit uses a Cauchy loss with this scale (in robust standard deviations), so that
// outliers do not distort the estimate by which they are then rejected.
constexpr double kLossScale = 2.5;
constexpr int kLossRounds = 2;
// The median length of a two-dimensional Gaussian error, in standard deviations of one coordinate
// (Rayleigh distribution).
constexpr double kRayleighMedian = 1.1774100225154747;
// The smallest standard deviation of a corner, so that exact synthetic corners are not rejected for
// their rounding errors.
constexpr double kMinSigmaPx = 0.001;

// The error lengths (pixels) of all corners of the candidate views at the present estimate.
// Infinity for a corner that cannot be projected.
std::vector<std::vector<double>> error_lengths(const Bundle& bundle,
                                               const std::vector<BundleView>& candidates,
                                               int jobs) {
  std::vector<std::vector<double>> lengths(candidates.size());
  const auto errors = reprojection_errors(bundle, candidates, jobs);
  parallel_for(errors.size(), jobs, [&](std::size_t i) {
    lengths[i].reserve(errors[i].size());
    for (const Eigen::Vector2d& error : errors[i]) {
      lengths[i].push_back(error.allFinite() ? error.norm()
                                             : std::numeric_limits<double>::infinity());
    }
  });
  return lengths;
}

bool all_finite(const std::vector<double>& lengths) {
  return std::all_of(lengths.begin(), lengths.end(),
                     [](double length) { return std::isfinite(length); });
}

double sigma_of(const Corner& corner) { return corner.sigma_px > 0 ? corner.sigma_px : 1; }

struct Inliers {
  std::vector<BundleView> views;
  std::vector<Rejected> rejected;
};

// For each camera the robust standard deviation of its errors in units of the corners' sigmas (1 px
// if unknown). 0 if most corners cannot be projected.
std::vector<double> robust_scales(const Bundle& bundle, const std::vector<BundleView>& candidates,
                                  const std::vector<std::vector<double>>& lengths, int jobs) {
  std::vector<double> scales(bundle.cameras.size());
  parallel_for(scales.size(), jobs, [&](std::size_t camera) {
    std::vector<double> all;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      if (candidates[i].camera != static_cast<int>(camera)) continue;
      for (std::size_t k = 0; k < lengths[i].size(); ++k)
        all.push_back(lengths[i][k] / sigma_of(candidates[i].corners[k]));
    }
    const double scale = median(std::move(all)) / kRayleighMedian;
    scales[camera] = std::isfinite(scale) ? scale : 0;
  });
  return scales;
}

// The Cauchy loss that suits the errors of these views.
AdjustOptions cauchy_options(const Bundle& bundle, const std::vector<BundleView>& views,
                             const std::vector<std::vector<double>>& lengths, int jobs) {
  AdjustOptions options{jobs, robust_scales(bundle, views, lengths, jobs), kRoughTolerance};
  for (double& scale : options.loss_scales) scale = kLossScale * std::max(scale, 1e-6);
  return options;
}

// Divides the corners of all candidate views into inliers and outliers at the present estimate.
Inliers select_inliers(const Bundle& bundle, const std::vector<BundleView>& candidates,
                       const Observations& observations, double reject, int jobs) {
  const std::vector<std::vector<double>> lengths = error_lengths(bundle, candidates, jobs);
  const std::vector<double> scales = robust_scales(bundle, candidates, lengths, jobs);

  Inliers inliers;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const BundleView& candidate = candidates[i];
    std::vector<Corner> kept;
    kept.reserve(candidate.corners.size());
    std::vector<Rejected> outliers;
    const std::string& name = bundle.cameras[candidate.camera].name;
    const std::int64_t frame = observations.views[candidate.observed_view].frame;
    for (std::size_t k = 0; k < candidate.corners.size(); ++k) {
      const Corner& corner = candidate.corners[k];
      const double bound =
          reject * std::max(scales[candidate.camera] * sigma_of(corner), kMinSigmaPx);
      if (lengths[i][k] <= bound) {
        kept.push_back(corner);
      } else {
        outliers.push_back(
            {name, frame, corner.id,
             std::isfinite(lengths[i][k])
                 ? fmt::format("{:.2f} px off, more than {:.2f} px", lengths[i][k], bound)
                 : std::string("the other views place it where the camera cannot see it")});
      }
    }
    const bool view_fits = kept.size() >= 4 && 2 * kept.size() >= candidate.corners.size();
    if (view_fits) {
      inliers.views.push_back({candidate.camera, candidate.board_pose, candidate.observed_view,
                               std::move(kept), candidate.exposure});
      append(inliers.rejected, outliers);
    } else {
      inliers.rejected.push_back(
          {name, frame, std::nullopt,
           fmt::format("{} of {} corners are more than {} robust standard deviations off: the view "
                       "does not belong",
                       outliers.size(), candidate.corners.size(), reject)});
    }
  }
  return inliers;
}

// Estimates every board pose that has lost all its views anew from a candidate view, so that a view
// that was rejected too early can become an inlier again.
void refresh_unused_poses(Bundle& bundle, const std::vector<BundleView>& candidates) {
  std::vector<bool> has_views(bundle.board_poses.size());
  for (const BundleView& view : bundle.views) has_views[view.board_pose] = true;
  for (const BundleView& candidate : candidates) {
    if (has_views[candidate.board_pose]) continue;
    const BundleCamera& camera = bundle.cameras[candidate.camera];
    const auto pose =
        estimate_board_pose(Projector(camera.intrinsics), bundle.board, candidate.corners);
    if (!pose) continue;
    bundle.board_poses[candidate.board_pose] = camera.T_cam_rig.inverse() * pose->T_cam_board;
    has_views[candidate.board_pose] = true;
  }
}

bool same_corners(const std::vector<BundleView>& a, const std::vector<BundleView>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const BundleView& x, const BundleView& y) {
                      return x.observed_view == y.observed_view && x.corners == y.corners;
                    });
}

}  // namespace

AdjustOptions loss_options(const Bundle& bundle, int jobs) {
  return cauchy_options(bundle, bundle.views, error_lengths(bundle, bundle.views, jobs), jobs);
}

void adjust_with_cauchy_loss(Bundle& bundle, int jobs) {
  std::vector<BundleView>
      all;  // set only if some views are left out, because a copy takes much memory
  for (int round = 0; round < kLossRounds; ++round) {
    const std::vector<BundleView>& candidates = all.empty() ? bundle.views : all;
    const std::vector<std::vector<double>> lengths = error_lengths(bundle, candidates, jobs);
    const AdjustOptions options = cauchy_options(bundle, candidates, lengths, jobs);
    if (all.empty() && !std::all_of(lengths.begin(), lengths.end(), all_finite)) all = bundle.views;
    if (!all.empty()) {
      bundle.views.clear();
      for (std::size_t i = 0; i < all.size(); ++i) {
        if (all_finite(lengths[i])) bundle.views.push_back(all[i]);
      }
    }
    adjust(bundle, options);
  }
}

std::vector<Rejected> robust_adjust(Bundle& bundle, const Observations& observations, double reject,
                                    int jobs) {
  std::vector<BundleView> candidates = bundle.views;
  adjust_with_cauchy_loss(bundle, jobs);
  if (reject < kBelieveAll) rescale_sigmas(bundle, jobs, candidates);
  Inliers inliers;
  for (int round = 0; round < kMaxRounds; ++round) {
    inliers = select_inliers(bundle, candidates, observations, reject, jobs);
    const bool is_unchanged = round > 0 && same_corners(inliers.views, bundle.views);
    bundle.views = std::move(inliers.views);
    if (is_unchanged) break;
    adjust(bundle, {.jobs = jobs});
    refresh_unused_poses(bundle, candidates);
  }
  return inliers.rejected;
}

}  // namespace calib
