#include "evaluate/residuals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/errors.hpp"
#include "base/parallel.hpp"

namespace calib {

namespace {

constexpr int kNoCorner = -1;  // the id of a residual that does not exist
const Residual kNone{{}, kNoCorner, Eigen::Vector2d::Zero(), Eigen::Vector2d::Zero()};

// The cameras as the views see them, and what the calibration left out.
class SolvedViews {
 public:
  SolvedViews(const Observations& observations, const Calibration& calibration)
      : observations_(observations), calibration_(calibration), rejected_(calibration) {
    for (const ObservedCamera& observed : observations.cameras) {
      const Camera* camera = find_camera(calibration, observed.name);
      require(camera != nullptr,
              fmt::format("the calibration has no camera '{}', which the observations have",
                          observed.name));
      const bool solved = camera->intrinsics && camera->T_cam_rig;
      lenses_.push_back(solved ? std::optional<Projector>(*camera->intrinsics) : std::nullopt);
      T_cam_rig_.push_back(camera->T_cam_rig.value_or(Pose{}));
    }
  }

  // Writes the residuals of the view's corners, one after the other, to `residual`.
  void write(const View& view, Residual* residual) const {
    const auto camera = static_cast<std::size_t>(view.camera);
    const auto frame = calibration_.frames.find(view.frame);
    if (!lenses_[camera] || frame == calibration_.frames.end()) return;
    const std::string& name = observations_.cameras[camera].name;
    const bool view_rejected = rejected_.view(name, view.frame);
    const Pose T_cam_board = T_cam_rig_[camera] * frame->second;
    for (const Corner& corner : view.corners) {
      const auto pixel =
          lenses_[camera]->project(T_cam_board * corner_position(calibration_.board, corner.id));
      if (pixel) {
        const Eigen::Vector2d observed(corner.x, corner.y);
        *residual = {view,
                     corner.id,
                     observed,
                     *pixel - observed,
                     corner.sigma_px,
                     view_rejected || rejected_.corner(name, view.frame, corner.id)};
      }
      ++residual;
    }
  }

 private:
  const Observations& observations_;
  const Calibration& calibration_;
  RejectedSet rejected_;
  std::vector<std::optional<Projector>> lenses_;
  std::vector<Pose> T_cam_rig_;
};

}  // namespace

std::vector<Residual> all_residuals(const Observations& observations,
                                    const Calibration& calibration, int jobs) {
  const SolvedViews solved(observations, calibration);
  std::vector<std::size_t> first;
  std::size_t count = 0;
  for (const View& view : observations.views) {
    first.push_back(count);
    count += view.corners.size();
  }
  std::vector<Residual> residuals(count, kNone);
  parallel_for(first.size(), jobs, [&](std::size_t i) {
    solved.write(observations.views[i], residuals.data() + first[i]);
  });
  std::erase_if(residuals, [](const Residual& residual) { return residual.corner == kNoCorner; });
  return residuals;
}

void visit_rig_residuals(
    const Observations& observations, const Calibration& calibration, int jobs,
    const std::function<void(std::size_t camera, const std::vector<Residual>&)>& visit) {
  const SolvedViews solved(observations, calibration);
  parallel_for(observations.cameras.size(), jobs, [&](std::size_t camera) {
    std::vector<Residual> residuals;
    for (const View& view : observations.views) {
      if (view.camera != static_cast<int>(camera)) continue;
      residuals.resize(residuals.size() + view.corners.size(), kNone);
      solved.write(view, residuals.data() + residuals.size() - view.corners.size());
    }
    std::erase_if(residuals, [](const Residual& residual) {
      return residual.corner == kNoCorner || residual.rejected;
    });
    visit(camera, residuals);
  });
}

std::vector<Residual> rig_residuals(const Observations& observations,
                                    const Calibration& calibration, int jobs) {
  std::vector<Residual> residuals = all_residuals(observations, calibration, jobs);
  std::erase_if(residuals, [](const Residual& residual) { return residual.rejected; });
  return residuals;
}

ErrorStatistics statistics(std::vector<double> magnitudes) {
  ErrorStatistics result;
  result.count = magnitudes.size();
  if (magnitudes.empty()) return result;
  const double count = static_cast<double>(magnitudes.size());
  for (const double value : magnitudes) {
    result.mean += value;
    result.rms += value * value;
  }
  result.mean /= count;
  result.rms = std::sqrt(result.rms / count);
  result.max = *std::max_element(magnitudes.begin(), magnitudes.end());
  const auto p95 = magnitudes.begin() + static_cast<long>(0.95 * (count - 1) + 0.5);
  std::nth_element(magnitudes.begin(), p95, magnitudes.end());
  result.p95 = *p95;
  const auto middle = magnitudes.begin() + static_cast<long>(magnitudes.size() / 2);
  if (middle < p95) std::nth_element(magnitudes.begin(), middle, p95);
  result.median = *middle;
  return result;
}

}  // namespace calib
