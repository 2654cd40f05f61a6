#pragma once
// How well an adjusted bundle is determined: the covariance of everything that its cameras and
// board share, predicted from the scatter of the residuals.

#include <Eigen/Core>
#include <vector>

#include "solve/bundle.hpp"
#include "solve/normal_equations.hpp"

namespace calib {

struct Covariance {
  SharedLayout layout;
  double variance = 1;          ///< of a residual: chi^2 over the degrees of freedom
  Eigen::MatrixXd shared = {};  ///< of the shared parameters, the board poses profiled out
  /// The mean rigid motion (w, t) of all boards in the rig's frame: the part of the board poses
  /// that goes along with a motion of the cameras. Its covariance, and that of the shared
  /// parameters with it (shared x 6).
  Eigen::Matrix<double, 6, 6> motion = {};
  Eigen::MatrixXd shared_motion = {};
};

/// The inverse of J'J, times `variance`. Throws UndeterminedError naming camera and parameter when
/// the data leave a direction free.
Covariance covariance(const Bundle& bundle, int jobs = 1);

/// Standard deviations of each camera's free parameters. Held ones are 0; empty where a camera has
/// no free intrinsics, or no free pose.
std::vector<CameraStd> standard_deviations(const Bundle& bundle, const Covariance& covariance);

}  // namespace calib
