#include "evaluate/compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/errors.hpp"
#include "base/text.hpp"
#include "geometry/small_systems.hpp"

namespace calib {
namespace {

constexpr int kGridX = 40, kGridY = 30;

struct Ray {
  Eigen::Vector2d pixel;
  Eigen::Vector3d direction;
};

std::vector<Eigen::Vector2d> picture_pixels(const ImageSize& size) {
  std::vector<Eigen::Vector2d> pixels;
  for (int j = 0; j < kGridY; ++j) {
    for (int i = 0; i < kGridX; ++i) {
      pixels.emplace_back((i + 0.5) * size.width / kGridX - 0.5,
                          (j + 0.5) * size.height / kGridY - 0.5);
    }
  }
  return pixels;
}

// The rays of all grid pixels that have one.
std::vector<Ray> sample_rays(const Projector& lens) {
  std::vector<Ray> rays;
  for (const Eigen::Vector2d& pixel : picture_pixels(lens.intrinsics().image_size)) {
    if (const auto direction = lens.unproject(pixel)) rays.push_back({pixel, *direction});
  }
  return rays;
}

// The fraction of the grid pixels that have a ray in `one` and none in `other`.
double seen_only_by(const Projector& one, const Projector& other) {
  const std::vector<Eigen::Vector2d> pixels = picture_pixels(one.intrinsics().image_size);
  const auto count = std::count_if(pixels.begin(), pixels.end(), [&](const Eigen::Vector2d& pixel) {
    return !other.unproject(pixel) && one.unproject(pixel);
  });
  return static_cast<double>(count) / static_cast<double>(pixels.size());
}

// The projection by `lens` of every ray, rotated by `turn`, minus the pixel of the ray. NaN where
// the lens cannot project it.
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

// The rotation of the rays with which they agree best with `lens`, by Gauss-Newton on its three
// parameters.
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
    const Eigen::Vector3d step = -solve_normal(normal, gradient);
    if (!step.allFinite()) break;
    turn = exp_so3(step) * turn;
    if (step.norm() < 1e-12) break;
  }
  return turn;
}

// The predicted variance of the projection of a point at infinity to this pixel (px^2). 0 if it is
// not known.
double pixel_variance(const Camera& camera, const Eigen::Vector2d& pixel) {
  if (!camera.uncertainty) return 0;
  constexpr int kColumns = ProjectionUncertainty::kColumns, kRows = ProjectionUncertainty::kRows;
  const auto cell = [](double x, int size, int count) {
    return std::clamp(static_cast<int>((x + 0.5) * count / size), 0, count - 1);
  };
  const int at = cell(pixel.y(), camera.image_size.height, kRows) * kColumns +
                 cell(pixel.x(), camera.image_size.width, kColumns);
  const double sigma = camera.uncertainty->infinity_px[static_cast<std::size_t>(at)];
  return std::isfinite(sigma) ? sigma * sigma : 0;
}

void compare_projection(const Camera& estimate, const Camera& truth, CameraDifference& difference) {
  const Projector lens(*estimate.intrinsics), true_lens(*truth.intrinsics);
  const std::vector<Ray> rays = sample_rays(true_lens);
  difference.unseen = seen_only_by(lens, true_lens);
  const Eigen::VectorXd error = differences(lens, rays, implied_rotation(lens, rays));
  std::vector<double> lengths, sigmas;
  for (std::size_t i = 0; i < rays.size(); ++i) {
    const Eigen::Vector2d here = error.segment<2>(static_cast<Eigen::Index>(2 * i));
    if (!here.allFinite()) {
      difference.unseen += 1.0 / (kGridX * kGridY);
      continue;
    }
    lengths.push_back(here.norm());
    const double variance =
        pixel_variance(estimate, rays[i].pixel) + pixel_variance(truth, rays[i].pixel);
    if (variance > 0) sigmas.push_back(here.norm() / std::sqrt(variance));
  }
  difference.projection_px = statistics(std::move(lengths));
  if (!sigmas.empty()) difference.projection_sigmas = statistics(std::move(sigmas));
}

// Collects differences, and has the largest |difference| over its standard deviation: the root of
// the sum of both variances.
class Sigmas {
 public:
  void take(double difference, double sigma_a, double sigma_b) {
    const double sigma = std::hypot(sigma_a, sigma_b);
    if (sigma > 0) worst_ = std::max(worst_.value_or(0), std::abs(difference) / sigma);
  }
  void take(const Eigen::Vector3d& difference, const std::optional<Eigen::Vector3d>& sigma_a,
            const std::optional<Eigen::Vector3d>& sigma_b) {
    const Eigen::Vector3d a = sigma_a.value_or(Eigen::Vector3d::Zero());
    const Eigen::Vector3d b = sigma_b.value_or(Eigen::Vector3d::Zero());
    for (int k = 0; k < 3; ++k) take(difference[k], a[k], b[k]);
  }
  std::optional<double> worst() const { return worst_; }

 private:
  std::optional<double> worst_;
};

std::optional<double> worst_parameter(const Camera& a, const Camera& b) {
  Sigmas sigmas;
  if (a.intrinsics->model != b.intrinsics->model) return std::nullopt;
  const auto at = [](const std::vector<double>& stds, std::size_t i) {
    return i < stds.size() ? stds[i] : 0.0;
  };
  for (std::size_t i = 0; i < a.intrinsics->parameters.size(); ++i) {
    sigmas.take(a.intrinsics->parameters[i] - b.intrinsics->parameters[i], at(a.std.parameters, i),
                at(b.std.parameters, i));
  }
  return sigmas.worst();
}

// Both poses are relative to the common reference camera.
void compare_poses(const Pose& a, const Pose& b, const CameraStd& std_a, const CameraStd& std_b,
                   CameraDifference& difference) {
  const Eigen::Vector3d centers = a.inverse().translation - b.inverse().translation;
  difference.posed = true;
  difference.center_m = centers.norm();
  difference.rotation_rad = angle_between(a.rotation, b.rotation);
  Sigmas center, rotation;
  center.take(centers, std_a.center_m, std_b.center_m);
  rotation.take(log_so3(a.rotation * b.rotation.conjugate()), std_a.rotation_rad,
                std_b.rotation_rad);
  difference.center_sigmas = center.worst();
  difference.rotation_sigmas = rotation.worst();
}

std::optional<double> largest(std::initializer_list<std::optional<double>> values) {
  std::optional<double> result;
  for (const auto& value : values) {
    if (value) result = std::max(result.value_or(0), *value);
  }
  return result;
}

void add_cameras_only_in(const Calibration& one, const Calibration& other, const std::string& file,
                         std::vector<std::string>& lines) {
  for (const Camera& camera : one.cameras) {
    const Camera* twin = find_camera(other, camera.name);
    if (!twin || (camera.intrinsics && !twin->intrinsics))
      lines.push_back(
          fmt::format("{}: only {} has this camera{}", camera.name, file, twin ? "'s lens" : ""));
  }
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
  // Express both rigs in the frame of truth's reference camera.
  const Pose from_estimate = posed ? same_reference->T_cam_rig->inverse() : Pose{};
  const Pose from_truth = posed ? truth_reference->T_cam_rig->inverse() : Pose{};

  std::vector<CameraDifference> result;
  for (const Camera& actual : truth.cameras) {
    const Camera* found = find_camera(estimate, actual.name);
    if (!found || !found->intrinsics || !actual.intrinsics) continue;
    CameraDifference difference;
    difference.name = actual.name;
    require(
        found->image_size == actual.image_size,
        fmt::format("camera '{}': the images are {} in the first calibration and {} in the second: "
                    "compare calibrations of images of the same size",
                    actual.name, to_text(found->image_size), to_text(actual.image_size)));
    compare_projection(*found, actual, difference);
    if (posed && found->T_cam_rig && actual.T_cam_rig) {
      // Standard deviations of poses are relative to the file's own reference camera.
      const bool same = estimate.reference_camera == truth.reference_camera;
      compare_poses(*found->T_cam_rig * from_estimate, *actual.T_cam_rig * from_truth,
                    same ? found->std : CameraStd{}, same ? actual.std : CameraStd{}, difference);
    }
    difference.worst_sigmas = largest(
        {worst_parameter(*found, actual), difference.center_sigmas, difference.rotation_sigmas});
    result.push_back(std::move(difference));
  }
  require(!result.empty(),
          fmt::format("the two calibrations have no camera with intrinsics in common: found {} in "
                      "the first, {} in the second",
                      names_text(estimate), names_text(truth)));
  return result;
}

std::vector<std::string> cameras_of_one(const Calibration& estimate, const Calibration& truth,
                                        const std::string& estimate_file,
                                        const std::string& truth_file) {
  std::vector<std::string> lines;
  add_cameras_only_in(estimate, truth, estimate_file, lines);
  add_cameras_only_in(truth, estimate, truth_file, lines);
  return lines;
}

std::vector<std::string> lenses_seen_apart(const std::vector<CameraDifference>& differences) {
  std::vector<std::string> lines;
  for (const CameraDifference& difference : differences) {
    if (difference.unseen == 0) continue;
    lines.push_back(fmt::format("{}: {:.0f} % of the picture is seen by only one of the lenses",
                                difference.name, std::max(1.0, 100 * difference.unseen)));
  }
  return lines;
}

std::vector<std::string> poses_unknown(const std::vector<CameraDifference>& differences) {
  std::vector<std::string> lines;
  for (const CameraDifference& difference : differences) {
    if (!difference.posed)
      lines.push_back(difference.name + ": its pose is not in both calibrations");
  }
  return lines;
}

}  // namespace calib
