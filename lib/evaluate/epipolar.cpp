#include "evaluate/epipolar.hpp"

#include <cmath>
#include <optional>

#include "geometry/epipolar.hpp"

namespace calib {
namespace {

constexpr double kLeastBaseline = 1e-9;

// y/z of a ray in the aligned frame; nothing where it runs along or against the image plane.
std::optional<double> row(const Eigen::Matrix3d& R_aligned_cam, const Eigen::Vector3d& ray) {
  const Eigen::Vector3d aligned = R_aligned_cam * ray;
  return aligned.z() > 0.05 ? std::optional(aligned.y() / aligned.z()) : std::nullopt;
}

void add_row_differences(const RayView& first, const RayView& second,
                         const Eigen::Matrix3d& R_aligned_1, const Eigen::Matrix3d& R_aligned_2,
                         double focal_px, std::vector<double>& errors) {
  std::map<int, const RayCorner*> by_id;
  for (const RayCorner& corner : second.corners) by_id[corner.id] = &corner;
  for (const RayCorner& corner : first.corners) {
    const auto match = by_id.find(corner.id);
    if (match == by_id.end() || corner.rejected || match->second->rejected) continue;
    const auto row_1 = row(R_aligned_1, corner.ray), row_2 = row(R_aligned_2, match->second->ray);
    if (row_1 && row_2) errors.push_back(focal_px * std::abs(*row_1 - *row_2));
  }
}

PairEpipolar pair_errors(const Rays& rays, std::size_t a, std::size_t b) {
  const RayCamera &first = rays.cameras[a], &second = rays.cameras[b];
  const Pose T_2_1 = *second.T_cam_rig * first.T_cam_rig->inverse();
  PairEpipolar pair{first.name, second.name, T_2_1.translation.norm(), 0, {}};
  if (pair.baseline_m < kLeastBaseline) return pair;
  const Eigen::Matrix3d R_aligned_1 = row_aligned_frame(T_2_1);
  const Eigen::Matrix3d R_aligned_2 = R_aligned_1 * T_2_1.rotation.conjugate().toRotationMatrix();
  const double focal_px = (first.focal_px + second.focal_px) / 2;
  std::vector<double> errors;
  for (const auto& [frame, view] : rays.views[a]) {
    const auto other = rays.views[b].find(frame);
    if (view.rejected || other == rays.views[b].end() || other->second.rejected) continue;
    ++pair.frames;
    add_row_differences(view, other->second, R_aligned_1, R_aligned_2, focal_px, errors);
  }
  pair.row_px = statistics(std::move(errors));
  return pair;
}

}  // namespace

std::vector<PairEpipolar> epipolar_errors(const Rays& rays) {
  std::vector<PairEpipolar> pairs;
  for (std::size_t a = 0; a < rays.cameras.size(); ++a) {
    for (std::size_t b = a + 1; b < rays.cameras.size(); ++b) {
      if (!rays.cameras[a].T_cam_rig || !rays.cameras[b].T_cam_rig) continue;
      PairEpipolar pair = pair_errors(rays, a, b);
      if (pair.row_px.count > 0) pairs.push_back(std::move(pair));
    }
  }
  return pairs;
}

std::vector<PairEpipolar> epipolar_errors(const Observations& observations,
                                          const Calibration& calibration) {
  return epipolar_errors(observed_rays(observations, calibration));
}

}  // namespace calib
