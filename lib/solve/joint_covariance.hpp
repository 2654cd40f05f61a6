#pragma once
// The covariance of a solved rig as its calibration keeps it: without the board's shape and the
// clocks, which no later use of the lenses and the poses needs.

#include <optional>
#include <vector>

#include "scene/calibration.hpp"
#include "solve/covariance.hpp"

namespace calib {

/// More columns than this are not kept: the file would have more than half a million numbers.
inline constexpr int kMostKeptColumns = 1024;

/// The covariance of the free lenses and poses, from stated_covariances(). Returns nullopt if there
/// are none, or more than kMostKeptColumns.
std::optional<JointCovariance> joint_covariance(const Bundle& bundle,
                                                const std::vector<Covariance>& covariances);

/// The square root of a positive semidefinite matrix, rounded as the file holds it.
JointCovariance::Factor covariance_factor(const Eigen::MatrixXd& covariance);

}  // namespace calib
