#include "evaluate/epipolar.hpp"

#include <cmath>
#include <map>
#include <optional>

#include "geometry/epipolar.hpp"

namespace calib {
namespace {

constexpr double kLeastBaseline = 1e-9;

struct PosedCamera {
  int index;  // into Observations::cameras
  std::string name;
  Projector lens;
  Pose T_cam_rig;
  double focal() const {
    return (lens.intrinsics().parameters[0] + lens.intrinsics().parameters[1]) / 2;
  }
};

std::vector<PosedCamera> posed_cameras(const Observations& observations,
                                       const Calibration& calibration) {
  std::vector<PosedCamera> cameras;
  for (std::size_t i = 0; i < observations.cameras.size(); ++i) {
    const Camera* camera = find_camera(calibration, observations.cameras[i].name);
    if (camera && camera->intrinsics && camera->T_cam_rig) {
      cameras.push_back(
          {static_cast<int>(i), camera->name, Projector(*camera->intrinsics), *camera->T_cam_rig});
    }
  }
  return cameras;
}

// y/z of a pixel's ray in the aligned frame; nothing where the ray runs along or against the image
// plane.
std::optional<double> row(const PosedCamera& camera, const Eigen::Matrix3d& R_aligned_cam,
                          const Corner& corner) {
  const auto ray = camera.lens.unproject({corner.x, corner.y});
  if (!ray) return std::nullopt;
  const Eigen::Vector3d aligned = R_aligned_cam * *ray;
  return aligned.z() > 0.05 ? std::optional(aligned.y() / aligned.z()) : std::nullopt;
}

}  // namespace

std::vector<PairEpipolar> epipolar_errors(const Observations& observations,
                                          const Calibration& calibration) {
  const RejectedSet rejected(calibration);
  std::map<std::pair<int, std::int64_t>, const View*> views;
  for (const View& view : observations.views) {
    if (!rejected.view(observations.cameras[view.camera].name, view.frame))
      views[{view.camera, view.frame}] = &view;
  }
  const std::vector<PosedCamera> cameras = posed_cameras(observations, calibration);
  std::vector<PairEpipolar> pairs;
  for (std::size_t a = 0; a < cameras.size(); ++a) {
    for (std::size_t b = a + 1; b < cameras.size(); ++b) {
      const PosedCamera &first = cameras[a], &second = cameras[b];
      const Pose T_2_1 = second.T_cam_rig * first.T_cam_rig.inverse();
      PairEpipolar pair{first.name, second.name, T_2_1.translation.norm(), 0, {}};
      if (pair.baseline_m < kLeastBaseline) continue;
      const Eigen::Matrix3d R_aligned_1 = row_aligned_frame(T_2_1);
      const Eigen::Matrix3d R_aligned_2 =
          R_aligned_1 * T_2_1.rotation.conjugate().toRotationMatrix();
      const double focal = (first.focal() + second.focal()) / 2;
      std::vector<double> errors;
      for (const auto& [key, view] : views) {
        if (key.first != first.index) continue;
        const auto other = views.find({second.index, key.second});
        if (other == views.end()) continue;
        ++pair.frames;
        std::map<int, const Corner*> by_id;
        for (const Corner& corner : other->second->corners) by_id[corner.id] = &corner;
        for (const Corner& corner : view->corners) {
          const auto match = by_id.find(corner.id);
          if (match == by_id.end() || rejected.corner(first.name, key.second, corner.id) ||
              rejected.corner(second.name, key.second, corner.id)) {
            continue;
          }
          const auto row_1 = row(first, R_aligned_1, corner),
                     row_2 = row(second, R_aligned_2, *match->second);
          if (row_1 && row_2) errors.push_back(focal * std::abs(*row_1 - *row_2));
        }
      }
      pair.row_px = statistics(std::move(errors));
      if (pair.row_px.count > 0) pairs.push_back(std::move(pair));
    }
  }
  return pairs;
}

}  // namespace calib
