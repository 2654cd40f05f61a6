#include "evaluate/residuals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/errors.hpp"

namespace calib {

std::vector<Residual> all_residuals(const Observations& observations,
                                    const Calibration& calibration) {
  std::vector<std::optional<Projector>> lenses;
  std::vector<Pose> T_cam_rig;
  for (const ObservedCamera& observed : observations.cameras) {
    const Camera* camera = find_camera(calibration, observed.name);
    require(camera != nullptr,
            fmt::format("the calibration has no camera '{}', which the observations have",
                        observed.name));
    const bool solved = camera->intrinsics && camera->T_cam_rig;
    lenses.push_back(solved ? std::optional<Projector>(*camera->intrinsics) : std::nullopt);
    T_cam_rig.push_back(camera->T_cam_rig.value_or(Pose{}));
  }
  const RejectedSet rejected(calibration);
  std::vector<Residual> residuals;
  for (const View& view : observations.views) {
    const std::string& name = observations.cameras[view.camera].name;
    const auto frame = calibration.frames.find(view.frame);
    if (!lenses[view.camera] || frame == calibration.frames.end()) continue;
    const bool view_rejected = rejected.view(name, view.frame);
    const Pose T_cam_board = T_cam_rig[view.camera] * frame->second;
    for (const Corner& corner : view.corners) {
      const auto pixel =
          lenses[view.camera]->project(T_cam_board * corner_position(calibration.board, corner.id));
      if (!pixel) continue;
      const Eigen::Vector2d observed(corner.x, corner.y);
      residuals.push_back({view, corner.id, observed, *pixel - observed, corner.sigma_px,
                           view_rejected || rejected.corner(name, view.frame, corner.id)});
    }
  }
  return residuals;
}

std::vector<Residual> rig_residuals(const Observations& observations,
                                    const Calibration& calibration) {
  std::vector<Residual> residuals = all_residuals(observations, calibration);
  std::erase_if(residuals, [](const Residual& residual) { return residual.rejected; });
  return residuals;
}

ErrorStatistics statistics(std::vector<double> magnitudes) {
  ErrorStatistics result;
  result.count = magnitudes.size();
  if (magnitudes.empty()) return result;
  std::sort(magnitudes.begin(), magnitudes.end());
  const double count = static_cast<double>(magnitudes.size());
  for (const double value : magnitudes) {
    result.mean += value / count;
    result.rms += value * value / count;
  }
  result.rms = std::sqrt(result.rms);
  result.median = magnitudes[magnitudes.size() / 2];
  result.p95 = magnitudes[static_cast<std::size_t>(0.95 * (count - 1) + 0.5)];
  result.max = magnitudes.back();
  return result;
}

}  // namespace calib
