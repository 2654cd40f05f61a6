#include "solve/sigma_groups.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/median.hpp"
#include "base/parallel.hpp"
#include "solve/board_pose.hpp"

namespace calib {
namespace {

constexpr std::size_t kMostGroups = 20, kCornersPerGroup = 50;
constexpr double kMinRatio = 1.5;
// Fewer corners do not give a scale. Corners of few views do not either: a view that does not
// belong has large errors whatever its sigmas are.
constexpr std::size_t kFewestCorners = 10, kFewestViews = 5;
constexpr double kJump = 1.2;  // from one sigma to the next larger one, between two groups

struct CornerError {
  std::size_t view, corner;  // indices
  double sigma_px;
  double relative;  // length of the error in units of the stated sigma
};

double scale_of(std::vector<CornerError>::const_iterator begin,
                std::vector<CornerError>::const_iterator end) {
  std::vector<double> lengths;
  for (auto each = begin; each != end; ++each) lengths.push_back(each->relative);
  return median(std::move(lengths));
}

bool has_a_scale(std::vector<CornerError>::const_iterator begin,
                 std::vector<CornerError>::const_iterator end) {
  std::map<std::size_t, std::size_t> of_view;
  std::size_t most = 0;
  for (auto each = begin; each != end; ++each) most = std::max(most, ++of_view[each->view]);
  const auto count = static_cast<std::size_t>(end - begin);
  return count >= kFewestCorners && of_view.size() >= kFewestViews && 3 * most <= count;
}

// The ends of the groups of corners that are sorted by sigma: groups of equal size, which also end
// where the sigma jumps.
std::vector<std::size_t> group_ends(const std::vector<CornerError>& sorted, std::size_t size) {
  std::vector<std::size_t> ends;
  std::size_t begin = 0;
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    const double ratio = sorted[i].sigma_px / sorted[i - 1].sigma_px;
    if (ratio == 1 || (ratio < kJump && i - begin < size)) continue;
    ends.push_back(i);
    begin = i;
  }
  ends.push_back(sorted.size());
  return ends;
}

void rescale_camera(std::vector<CornerError>& errors, std::vector<BundleView>& views) {
  const std::size_t groups = std::min(kMostGroups, errors.size() / kCornersPerGroup);
  if (groups < 2) return;
  const double scale = scale_of(errors.begin(), errors.end());
  std::stable_sort(errors.begin(), errors.end(), [](const CornerError& a, const CornerError& b) {
    return a.sigma_px < b.sigma_px;
  });
  auto begin = errors.begin();
  for (const std::size_t index : group_ends(errors, errors.size() / groups)) {
    const auto end = errors.begin() + static_cast<std::ptrdiff_t>(index);
    const double ratio = scale_of(begin, end) / scale;
    const bool is_off = std::isfinite(ratio) && (ratio > kMinRatio || ratio < 1 / kMinRatio);
    if (is_off && has_a_scale(begin, end)) {
      for (auto each = begin; each != end; ++each)
        views[each->view].corners[each->corner].sigma_px *= ratio;
    }
    begin = end;
  }
}

}  // namespace

void rescale_sigmas(const Bundle& bundle, int jobs, std::vector<BundleView>& views) {
  parallel_for(bundle.cameras.size(), jobs, [&](std::size_t camera) {
    const Projector lens(bundle.cameras[camera].intrinsics);
    std::vector<CornerError> all;
    for (std::size_t v = 0; v < views.size(); ++v) {
      if (views[v].camera != static_cast<int>(camera)) continue;
      const std::vector<Corner>& corners = views[v].corners;
      const auto errors = reprojection_errors(
          lens, bundle.board,
          bundle.cameras[camera].T_cam_rig * bundle.board_poses[views[v].board_pose], corners);
      for (std::size_t k = 0; k < corners.size(); ++k) {
        const double sigma_px = corners[k].sigma_px;
        if (sigma_px > 0 && errors[k].allFinite())
          all.push_back({v, k, sigma_px, errors[k].norm() / sigma_px});
      }
    }
    rescale_camera(all, views);
  });
}

}  // namespace calib
