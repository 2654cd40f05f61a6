#pragma once
// A solved rig with known truth, and points in front of it.

#include <random>
#include <string>
#include <vector>

#include "measure/align.hpp"
#include "measure/map_points.hpp"
#include "solve/solve_intrinsics.hpp"
#include "solve/solve_rig.hpp"
#include "support/synthetic_world.hpp"

namespace calib::testing {

struct MeasuredRig {
  Calibration truth, found;
};

/// A rig of three cameras, solved from corners with this noise.
inline MeasuredRig measured_rig(double sigma_px, int seed = 1) {
  SynthOptions options = small_rig(3, 12);
  const World world = make_world(options, kBoard, 0);
  const Observations noisy = add_noise(world.observations, sigma_px, seed);
  ExtrinsicsOptions extrinsics;
  extrinsics.shape.covariance = CovarianceKind::kIndependent;
  return {world.truth, solve_rig(noisy, solve_intrinsics(noisy, {}, 0, no_progress()), extrinsics,
                                 0, no_progress())};
}

/// Points that all cameras of the rig see: around the middle of its boards.
inline PointTracks points_before(const Calibration& rig, int count, int seed = 1) {
  std::mt19937 random(static_cast<unsigned>(seed));
  std::uniform_real_distribution<double> offset(-0.05, 0.05);
  Eigen::Vector3d middle = Eigen::Vector3d::Zero();
  for (const auto& [frame, T_rig_board] : rig.frames)
    middle += T_rig_board * board_middle(rig.board) / static_cast<double>(rig.frames.size());
  PointTracks points;
  for (int i = 0; i < count; ++i) {
    points.points.push_back("p" + std::to_string(i));
    points.keys.push_back({0, i});
    points.values.emplace_back().position =
        middle + Eigen::Vector3d(offset(random), offset(random), offset(random));
  }
  return points;
}

/// The exact pixels of the points, with Gaussian noise of this standard deviation added.
inline PixelTracks noisy_pixels(const Calibration& truth, const PointTracks& points,
                                double sigma_px, int seed = 1) {
  PixelTracks tracks = project_points(truth, points, 0).tracks;
  std::mt19937 random(static_cast<unsigned>(seed));
  std::normal_distribution<double> noise(0, 1);
  for (Eigen::Vector2d& pixel : tracks.pixels)
    pixel += sigma_px * Eigen::Vector2d(noise(random), noise(random));
  return tracks;
}

/// The rig of most tests, made once.
inline const MeasuredRig& usual_rig() {
  static const MeasuredRig instance = measured_rig(0.1);
  return instance;
}

inline Pose some_world() { return {exp_so3({0.4, -0.8, 1.7}), {0.7, -0.2, 1.1}}; }

/// Points of the room, measured in this world with this error, and their pixels in the usual rig.
inline AlignInputs room(const Pose& T_world_rig, int count, double sigma_m, double noise_px,
                        int seed) {
  const Calibration& truth = usual_rig().truth;
  const PointTracks points = points_before(truth, count);
  std::mt19937 random(static_cast<unsigned>(seed) + 1000);  // other numbers than the pixels have
  std::normal_distribution<double> normal(0, 1);
  AlignInputs inputs;
  inputs.sigma_px = noise_px;
  inputs.pixels = noisy_pixels(truth, points, noise_px, seed);
  for (std::size_t i = 0; i < points.values.size(); ++i) {
    const Eigen::Vector3d error(normal(random), normal(random), normal(random));
    inputs.points.push_back(
        {points.points[i], T_world_rig * points.values[i].position + sigma_m * error, sigma_m});
  }
  return inputs;
}

/// The error of a pose as the motion (w, t) of retract().
inline Eigen::Matrix<double, 6, 1> error_of(const Pose& found, const Pose& truth) {
  Eigen::Matrix<double, 6, 1> error;
  error.head<3>() = log_so3(found.rotation * truth.rotation.conjugate());
  error.tail<3>() = found.translation - truth.translation;
  return error;
}

}  // namespace calib::testing
