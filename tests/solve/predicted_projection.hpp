#pragma once
// The projection error of a lens over the image: the one predicted from the noise of the corners,
// and the one measured.

#include <Eigen/Dense>
#include <cmath>
#include <vector>

#include "geometry/pose.hpp"
#include "solve/reprojection.hpp"
#include "support/synthetic_world.hpp"

namespace calib::testing {

/// The rays of all corners that a camera sees, and the Jacobian of their pixels (two rows per
/// corner) by a rotation of the camera about its axes.
struct SeenPixels {
  std::vector<Eigen::Vector3d> rays;
  Eigen::MatrixXd by_turn;  ///< 2n x 3

  SeenPixels(const World& world, int camera) {
    const Projector lens(*world.truth.cameras[camera].intrinsics);
    for (const View& view : world.observations.views) {
      if (view.camera != camera) continue;
      for (const Corner& corner : view.corners) {
        if (const auto ray = lens.unproject({corner.x, corner.y})) rays.push_back(*ray);
      }
    }
    by_turn.resize(2 * rays.size(), 3);
    for (int axis = 0; axis < 3; ++axis) {
      constexpr double kStep = 1e-5;
      const Eigen::Quaterniond turn = exp_so3(kStep * Eigen::Vector3d::Unit(axis));
      by_turn.col(axis) = (project(lens, turn) - project(lens)) / kStep;
    }
  }

  /// The stacked pixels of the rotated rays. NaN where the lens cannot project a ray.
  Eigen::VectorXd project(const Projector& lens,
                          const Eigen::Quaterniond& turn = Eigen::Quaterniond::Identity()) const {
    Eigen::VectorXd pixels(2 * rays.size());
    for (std::size_t i = 0; i < rays.size(); ++i) {
      pixels.segment<2>(2 * i) =
          lens.project(turn * rays[i]).value_or(Eigen::Vector2d::Constant(NAN));
    }
    return pixels;
  }
};

/// The RMS difference (pixels, over the corners seen) between a lens and the truth after the best
/// rotation of the camera. Infinity if the lens cannot project more than one corner in twenty.
inline double projection_error_px(const World& world, int camera, const Intrinsics& found) {
  const SeenPixels seen(world, camera);
  const Eigen::VectorXd truth = seen.project(Projector(*world.truth.cameras[camera].intrinsics));
  const Projector lens(found);
  Eigen::Quaterniond turn = Eigen::Quaterniond::Identity();
  Eigen::VectorXd error;
  Eigen::Index counted = 0;
  for (int i = 0; i < 5; ++i) {
    error = seen.project(lens, turn) - truth;
    Eigen::MatrixXd by_turn = seen.by_turn;
    counted = error.size();
    for (Eigen::Index k = 0; k < error.size(); ++k) {
      if (std::isfinite(error[k])) continue;
      error[k] = 0;
      by_turn.row(k).setZero();
      --counted;
    }
    turn = exp_so3(-by_turn.colPivHouseholderQr().solve(error)) * turn;
  }
  if (20 * counted < 19 * error.size()) return INFINITY;
  return std::sqrt(2 * error.squaredNorm() / static_cast<double>(counted));
}

/// The prediction of this error from the noise of the corners to first order: the root of its
/// expected square.
inline double predicted_error_px(const World& world, int camera) {
  const Intrinsics& lens = *world.truth.cameras[camera].intrinsics;
  const int count = static_cast<int>(lens.parameters.size());
  // The information matrix of the lens, with the pose of each view eliminated.
  Eigen::MatrixXd information = Eigen::MatrixXd::Zero(count, count);
  for (const View& view : world.observations.views) {
    if (view.camera != camera) continue;
    ViewRows rows;
    if (!evaluate_view(lens, world.board, *world.truth.cameras[camera].T_cam_rig,
                       world.truth.frames.at(view.frame), view.corners, Derivatives::kAll, rows))
      return NAN;
    const Eigen::MatrixXd by_lens = rows.by_intrinsics, by_pose = rows.by_board;
    const Eigen::MatrixXd rest = by_lens - by_pose * by_pose.colPivHouseholderQr().solve(by_lens);
    information += by_lens.transpose() * rest;
  }
  // The Jacobian of the pixels by the parameters, without the part that a rotation compensates.
  const SeenPixels seen(world, camera);
  Eigen::MatrixXd by_lens(2 * seen.rays.size(), count);
  for (int k = 0; k < count; ++k) {
    Intrinsics more = lens, less = lens;
    const double step = k < 4 ? 1e-3 : 1e-6;
    more.parameters[k] += step;
    less.parameters[k] -= step;
    by_lens.col(k) = (seen.project(Projector(more)) - seen.project(Projector(less))) / (2 * step);
  }
  by_lens -= seen.by_turn * seen.by_turn.colPivHouseholderQr().solve(by_lens);
  // Scaled to unit diagonal because the units differ.
  const Eigen::VectorXd scale = information.diagonal().cwiseSqrt().cwiseInverse();
  const Eigen::MatrixXd scaled = scale.asDiagonal() * information * scale.asDiagonal();
  const Eigen::MatrixXd covariance = scale.asDiagonal() *
                                     scaled.ldlt().solve(Eigen::MatrixXd::Identity(count, count)) *
                                     scale.asDiagonal();
  const double squares = (by_lens * covariance).cwiseProduct(by_lens).sum();
  return std::sqrt(squares / static_cast<double>(seen.rays.size()));
}

}  // namespace calib::testing
