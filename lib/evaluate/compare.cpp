#include "evaluate/compare.hpp"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "base/errors.hpp"
#include "base/text.hpp"

namespace calib {
namespace {

constexpr int kGridX = 40, kGridY = 30;

struct Ray {
  Eigen::Vector2d pixel;
  Eigen::Vector3d direction;
};

std::vector<Ray> picture_rays(const Projector& lens) {
  const ImageSize size = lens.intrinsics().image_size;
  std::vector<Ray> rays;
  for (int j = 0; j < kGridY; ++j) {
    for (int i = 0; i < kGridX; ++i) {
      const Eigen::Vector2d pixel((i + 0.5) * size.width / kGridX - 0.5,
                                  (j + 0.5) * size.height / kGridY - 0.5);
      const auto direction = lens.unproject(pixel);
      if (direction) rays.push_back({pixel, *direction});
    }
  }
  return rays;
}

// Projection by `lens` of every ray turned by `turn`, minus its pixel; NaN where the lens does not
// see it.
Eigen::VectorXd differences(const Projector& lens, const std::vector<Ray>& rays,
                            const Eigen::Quaterniond& turn) {
  Eigen::VectorXd result(2 * rays.size());
  for (std::size_t i = 0; i < rays.size(); ++i) {
    const auto pixel = lens.project(turn * rays[i].direction);
    const Eigen::Index at = static_cast<Eigen::Index>(2 * i);
    result.segment<2>(at) =
        pixel ? Eigen::Vector2d(*pixel - rays[i].pixel) : Eigen::Vector2d::Constant(NAN);
  }
  return result;
}

// Gauss-Newton on the three numbers of the rotation.
Eigen::Quaterniond implied_rotation(const Projector& lens, const std::vector<Ray>& rays) {
  constexpr double kStep = 1e-6;
  Eigen::Quaterniond turn = Eigen::Quaterniond::Identity();
  for (int iteration = 0; iteration < 10; ++iteration) {
    const Eigen::VectorXd error = differences(lens, rays, turn);
    Eigen::MatrixXd jacobian(error.size(), 3);
    for (int k = 0; k < 3; ++k) {
      const Eigen::Vector3d nudge = kStep * Eigen::Vector3d::Unit(k);
      jacobian.col(k) = (differences(lens, rays, exp_so3(nudge) * turn) - error) / kStep;
    }
    Eigen::Matrix3d normal = Eigen::Matrix3d::Zero();
    Eigen::Vector3d gradient = Eigen::Vector3d::Zero();
    for (Eigen::Index row = 0; row < error.size(); ++row) {
      if (!std::isfinite(error[row]) || !jacobian.row(row).allFinite()) continue;
      normal += jacobian.row(row).transpose() * jacobian.row(row);
      gradient += jacobian.row(row).transpose() * error[row];
    }
    const Eigen::Vector3d step = -normal.ldlt().solve(gradient);
    if (!step.allFinite()) break;
    turn = exp_so3(step) * turn;
    if (step.norm() < 1e-12) break;
  }
  return turn;
}

ErrorStatistics projection_difference(const Intrinsics& estimate, const Intrinsics& truth) {
  const std::vector<Ray> rays = picture_rays(Projector(truth));
  const Projector lens(estimate);
  const Eigen::VectorXd error = differences(lens, rays, implied_rotation(lens, rays));
  std::vector<double> lengths;
  for (Eigen::Index i = 0; i + 1 < error.size(); i += 2) {
    if (error.segment<2>(i).allFinite()) lengths.push_back(error.segment<2>(i).norm());
  }
  return statistics(std::move(lengths));
}

// |difference| / sigma of all parameters that carry a standard deviation.
std::optional<double> worst_sigmas(const Camera& estimate, const Camera& truth,
                                   const Eigen::Vector3d& centre_error) {
  std::optional<double> worst;
  const auto take = [&](double difference, double sigma) {
    if (sigma > 0) worst = std::max(worst.value_or(0), std::abs(difference) / sigma);
  };
  if (estimate.intrinsics->model == truth.intrinsics->model) {
    for (std::size_t i = 0; i < estimate.std.parameters.size(); ++i) {
      take(estimate.intrinsics->parameters[i] - truth.intrinsics->parameters[i],
           estimate.std.parameters[i]);
    }
  }
  if (estimate.std.centre_m) {
    for (int k = 0; k < 3; ++k) take(centre_error[k], (*estimate.std.centre_m)[k]);
  }
  return worst;
}

std::string names_text(const Calibration& calibration) {
  std::vector<std::string> names;
  for (const Camera& camera : calibration.cameras)
    names.push_back(camera.name + (camera.intrinsics ? "" : " (no intrinsics)"));
  return join(names, ", ");
}

}  // namespace

std::vector<CameraDifference> compare(const Calibration& estimate, const Calibration& truth) {
  const Camera* truth_reference = find_camera(truth, truth.reference_camera);
  const Camera* same_reference =
      truth_reference ? find_camera(estimate, truth.reference_camera) : nullptr;
  const bool posed = same_reference && same_reference->T_cam_rig && truth_reference->T_cam_rig;
  // Both rigs in the frame of truth's reference camera.
  const Pose from_estimate = posed ? same_reference->T_cam_rig->inverse() : Pose{};
  const Pose from_truth = posed ? truth_reference->T_cam_rig->inverse() : Pose{};

  std::vector<CameraDifference> result;
  for (const Camera& actual : truth.cameras) {
    const Camera* found = find_camera(estimate, actual.name);
    if (!found || !found->intrinsics || !actual.intrinsics) continue;
    CameraDifference difference;
    difference.name = actual.name;
    difference.projection_px = projection_difference(*found->intrinsics, *actual.intrinsics);
    Eigen::Vector3d centre_error = Eigen::Vector3d::Zero();
    if (posed && found->T_cam_rig && actual.T_cam_rig) {
      const Pose a = *found->T_cam_rig * from_estimate, b = *actual.T_cam_rig * from_truth;
      centre_error = a.inverse().translation - b.inverse().translation;
      difference.posed = true;
      difference.centre_m = centre_error.norm();
      difference.rotation_rad = angle_between(a.rotation, b.rotation);
    }
    difference.worst_sigmas = worst_sigmas(*found, actual, centre_error);
    result.push_back(std::move(difference));
  }
  require(!result.empty(),
          fmt::format("the two calibrations have no camera with intrinsics in common: found {} in "
                      "the first, {} in the second",
                      names_text(estimate), names_text(truth)));
  return result;
}

}  // namespace calib
