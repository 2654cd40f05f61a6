#include "evaluate/row_errors.hpp"

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
std::optional<double> row(const Eigen::Matrix3d& R_aligned_cam, const Eigen::Vector3d& ray) {
  const Eigen::Vector3d aligned = R_aligned_cam * ray;
  return aligned.z() > 0.05 ? std::optional(aligned.y() / aligned.z()) : std::nullopt;
}

// The angle between the planes through the baseline (the x axis) and each of two unit rays, times
// the smaller of the sines of their angles to the baseline: radians across the epipolar line.
double epipolar_distance(const Eigen::Vector3d& ray_1, const Eigen::Vector3d& ray_2) {
  const Eigen::Vector2d across_1 = ray_1.tail<2>(), across_2 = ray_2.tail<2>();
  const double turn =
      std::atan2(across_1.x() * across_2.y() - across_1.y() * across_2.x(), across_1.dot(across_2));
  return std::abs(turn) * std::min(across_1.norm(), across_2.norm());
}

void add_row_differences(int corners, const RayView& first, const RayView& second,
                         const Eigen::Matrix3d& R_aligned_1, const Eigen::Matrix3d& R_aligned_2,
                         double focal_px, std::vector<double>& rows,
                         std::vector<double>& distances) {
  std::vector<const RayCorner*> by_id(static_cast<std::size_t>(corners));
  for (const RayCorner& corner : second.corners) by_id[corner.id] = &corner;
  for (const RayCorner& corner : first.corners) {
    const RayCorner* match = by_id[corner.id];
    if (!match || corner.rejected || match->rejected) continue;
    const auto row_1 = row(R_aligned_1, corner.ray), row_2 = row(R_aligned_2, match->ray);
    if (row_1 && row_2) rows.push_back(focal_px * std::abs(*row_1 - *row_2));
    const Eigen::Vector3d ray_1 = R_aligned_1 * corner.ray, ray_2 = R_aligned_2 * match->ray;
    distances.push_back(focal_px * epipolar_distance(ray_1.normalized(), ray_2.normalized()));
  }
}

PairRowErrors pair_errors(const Rays& rays, std::size_t a, std::size_t b) {
  const RayCamera &first = rays.cameras[a], &second = rays.cameras[b];
  const Pose T_2_1 = *second.T_cam_rig * first.T_cam_rig->inverse();
  PairRowErrors pair{first.name, second.name, T_2_1.translation.norm(), 0, {}, {}};
  if (pair.baseline_m < kMinBaseline) return pair;
  const Eigen::Matrix3d R_aligned_1 = row_aligned_frame(T_2_1);
  const Eigen::Matrix3d R_aligned_2 = R_aligned_1 * T_2_1.rotation.conjugate().toRotationMatrix();
  const double focal_px = (first.focal_px + second.focal_px) / 2;
  std::vector<double> rows, distances;
  for (const auto& [frame, view] : rays.views[a]) {
    const auto other = rays.views[b].find(frame);
    if (view.rejected || other == rays.views[b].end() || other->second.rejected) continue;
    ++pair.frames;
    add_row_differences(corner_count(rays.board), view, other->second, R_aligned_1, R_aligned_2,
                        focal_px, rows, distances);
  }
  pair.row_px = statistics(std::move(rows));
  pair.epipolar_px = statistics(std::move(distances));
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
