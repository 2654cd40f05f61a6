#pragma once
// The covariance of the shared parameters (intrinsics, camera poses, board shape) of an adjusted
// bundle, scaled by the variance of its residuals.

#include <Eigen/Core>
#include <vector>

#include "solve/bundle.hpp"
#include "solve/normal_equations.hpp"

namespace calib {

struct Covariance {
  SharedLayout layout;
  double variance = 1;          ///< of the residuals: chi^2 over the degrees of freedom
  Eigen::MatrixXd shared = {};  ///< of the shared parameters, with the board poses marginalized
  /// The covariance of the mean rigid motion (w, t) of all boards in the rig frame, and the
  /// cross-covariance of the shared parameters with it (shared x 6). This is the motion of the
  /// gauge: what all board poses have in common with a motion of the cameras.
  Eigen::Matrix<double, 6, 6> motion = {};
  Eigen::MatrixXd shared_motion = {};
};

/// The inverse of J'J times `variance`, where J is the Jacobian of all residuals. Throws
/// UndeterminedError, which names the camera and the parameter, if J'J is singular.
Covariance covariance(const Bundle& bundle, int jobs = 1);

/// The standard deviations of each camera's parameters: 0 for a parameter that was held fixed,
/// empty or absent if none of the intrinsics, or the pose, was free.
std::vector<CameraStd> standard_deviations(const Bundle& bundle, const Covariance& covariance);

}  // namespace calib
