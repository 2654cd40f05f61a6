#pragma once
// The covariance of the shared parameters (intrinsics, camera poses, board shape) of an adjusted
// bundle: for corner errors that are independent of each other, and for errors that are alike
// within a view or from frame to frame.

#include <Eigen/Core>
#include <vector>

#include "solve/bundle.hpp"
#include "solve/covariance_kind.hpp"
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
  double scale_std = 0;  ///< of the scale of the rig: which side of the squares is right
  /// The number of frames, and over how many consecutive frames the errors of a corner are
  /// correlated.
  double frames = 0, correlated_frames = 1;
};

/// The inverse of J'J times `variance`, where J is the Jacobian of all residuals. Throws
/// UndeterminedError, which names the camera and the parameter, if J'J is singular.
Covariance covariance(const Bundle& bundle, int jobs = 1);

/// The covariances from which a result's standard deviations are stated: the larger of them holds
/// for each quantity. kIndependent: only covariance(). kClustered: that, times the number of frames
/// that count as one where errors repeat from frame to frame, and the jackknife over blocks of
/// frames, which is the covariance clustered by block, unless it differs from the first by no more
/// than chance. With S the Schur complement of all frames, and S_b and g_b the Schur complement and
/// the gradient of block b of n, it is (n - 1) / n * sum d_b d_b' with d_b = (S - S_b)^-1 g_b, the
/// change of the result to first order if the block is left out (Cameron and Miller, "A
/// practitioner's guide to cluster-robust inference", 2015, section VI.B). In both, a single board
/// need not be flat (unless `exact_board`): its shape is free, with a prior that says how far
/// prints are off.
std::vector<Covariance> stated_covariances(const Bundle& bundle, CovarianceKind kind,
                                           bool exact_board, int jobs = 1);

/// Predicts stated_covariances() before anything is observed: the bundle holds the true values, and
/// the sigmas of its corners are those of independent errors.
Covariance expected_covariance(const Bundle& bundle, bool exact_board, int jobs = 1);

/// Adds a finding if the errors of corners repeat from frame to frame.
void add_repeat_finding(const std::vector<Covariance>& covariances, std::vector<Finding>& findings);

/// The standard deviations of each camera's parameters, the largest of the covariances: 0 for a
/// parameter that was held fixed, empty or absent if none of the intrinsics, or the pose, was free.
std::vector<CameraStd> standard_deviations(const Bundle& bundle,
                                           const std::vector<Covariance>& covariances);

}  // namespace calib
