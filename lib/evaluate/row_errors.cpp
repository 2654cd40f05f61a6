#include "evaluate/row_errors.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/parallel.hpp"
#include "evaluate/camera_pairs.hpp"
#include "geometry/epipolar.hpp"

namespace calib {
namespace {

constexpr double kMinBaseline = 1e-9;  // meters

// y/z of a ray in the row-aligned frame. Returns nullopt for rays that are parallel to the image
// plane or point backwards.
std::optional<double> row(const Eigen::Vector3d& ray) {
  return ray.z() > 0.05 ? std::optional(ray.y() / ray.z()) : std::nullopt;
}

// atan2 without its time for the small angles that nearly all epipolar distances have: the next
// term of the series is below the rounding error.
double small_angle(double y, double x) {
  if (!(std::abs(y) < 1e-3 * x)) return std::atan2(y, x);
  const double slope = y / x;
  return slope * (1 - slope * slope / 3);
}

// The angle between the planes through the baseline (the x axis) and each of two unit rays, times
// the smaller of the sines of their angles to the baseline: radians across the epipolar line.
double epipolar_distance(const Eigen::Vector3d& ray_1, const Eigen::Vector3d& ray_2) {
  const Eigen::Vector2d across_1 = ray_1.tail<2>(), across_2 = ray_2.tail<2>();
  const double turn = small_angle(across_1.x() * across_2.y() - across_1.y() * across_2.x(),
                                  across_1.dot(across_2));
  return std::abs(turn) * std::sqrt(std::min(across_1.squaredNorm(), across_2.squaredNorm()));
}

// The errors of one pair, and buffers that are reused for each frame.
struct PairErrors {
  Eigen::Matrix3d R_aligned_1, R_aligned_2;
  double focal_px = 0;
  std::vector<const RayCorner*> by_id;
  std::vector<double> rows, distances;

  void add(const RayView& first, const RayView& second) {
    std::fill(by_id.begin(), by_id.end(), nullptr);
    for (const RayCorner& corner : second.corners) by_id[corner.id] = &corner;
    for (const RayCorner& corner : first.corners) {
      const RayCorner* match = by_id[corner.id];
      if (!match || corner.rejected || match->rejected) continue;
      const Eigen::Vector3d ray_1 = R_aligned_1 * corner.ray, ray_2 = R_aligned_2 * match->ray;
      const auto row_1 = row(ray_1), row_2 = row(ray_2);
      if (row_1 && row_2) rows.push_back(focal_px * std::abs(*row_1 - *row_2));
      distances.push_back(focal_px * epipolar_distance(ray_1, ray_2));
    }
  }
};

PairRowErrors pair_errors(const Rays& rays, std::size_t a, std::size_t b) {
  const RayCamera &first = rays.cameras[a], &second = rays.cameras[b];
  const Pose T_2_1 = *second.T_cam_rig * first.T_cam_rig->inverse();
  PairRowErrors pair{first.name, second.name, T_2_1.translation.norm(), 0, {}, {}};
  if (pair.baseline_m < kMinBaseline) return pair;
  PairErrors errors;
  errors.R_aligned_1 = row_aligned_frame(T_2_1);
  errors.R_aligned_2 = errors.R_aligned_1 * T_2_1.rotation.conjugate().toRotationMatrix();
  errors.focal_px = (first.focal_px + second.focal_px) / 2;
  errors.by_id.resize(static_cast<std::size_t>(corner_count(rays.board)));
  for (const auto& [frame, view] : rays.views[a]) {
    const auto other = rays.views[b].find(frame);
    if (view.rejected || other == rays.views[b].end() || other->second.rejected) continue;
    ++pair.frames;
    errors.add(view, other->second);
  }
  pair.row_px = statistics(std::move(errors.rows));
  pair.epipolar_px = statistics(std::move(errors.distances));
  return pair;
}

}  // namespace

std::vector<PairRowErrors> row_errors(const Rays& rays, int jobs) {
  const std::vector<CameraPair> posed = camera_pairs(posed_cameras(rays));
  std::vector<PairRowErrors> pairs(posed.size());
  parallel_for(posed.size(), jobs, [&](std::size_t i) {
    pairs[i] = pair_errors(rays, posed[i].first, posed[i].second);
  });
  std::erase_if(pairs, [](const PairRowErrors& pair) { return pair.row_px.count == 0; });
  return pairs;
}

}  // namespace calib
