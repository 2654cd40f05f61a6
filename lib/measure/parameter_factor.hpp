#pragma once
// The errors of a calibration, for the covariances of measured points: square roots of covariances
// of the parameters of some of its cameras.

#include <Eigen/Core>
#include <string>
#include <vector>

#include "scene/calibration.hpp"

namespace calib {

/// The rows of the parameters of one camera: of its lens, then 6 of its pose (-1: none).
struct ParameterRows {
  std::vector<int> lens;  ///< indices into Intrinsics::parameters
  int first = 0;          ///< row of the first of them
  int pose = -1;          ///< first of 6 rows, in the order of retract()
};

/// The covariance of all rows is diag(std) F F' diag(std) for each of `factors`; the larger result
/// holds for each quantity.
struct ParameterFactor {
  /// Where the values come from.
  enum class Source { kCovariance, kDeviations, kNone };
  Source source = Source::kNone;
  std::vector<ParameterRows> cameras;  ///< as the names that were asked for
  Eigen::VectorXd std;                 ///< of the first factor
  std::vector<Eigen::MatrixXf> factors;
};

/// From the calibration's covariance, as far as it has one; parameters that it does not have count
/// with their standard deviations, without correlations.
ParameterFactor parameter_factor(const Calibration& calibration,
                                 const std::vector<std::string>& cameras);

/// One line that says what is missing in a covariance of points that was computed with such a
/// factor. Empty for kCovariance.
std::string source_note(ParameterFactor::Source source);

}  // namespace calib
