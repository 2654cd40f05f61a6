#pragma once
// The information of a frame about the lenses and poses of the cameras that see its board: the
// Schur complement of its normal equations after its board pose is eliminated. Frames are compared
// by how much the sum of variances would fall with them (A-optimal design: Pukelsheim, "Optimal
// Design of Experiments", 1993).

#include <Eigen/Core>
#include <span>
#include <vector>

#include "solve/normal_equations.hpp"

namespace calib {

/// The information about some of the shared parameters.
struct FrameInformation {
  std::vector<int> columns;  ///< of the shared parameters (SharedLayout), rising
  Eigen::MatrixXd values;    ///< columns x columns
};

/// The information of one frame's views, which may differ from those of the bundle but have one of
/// its board poses. Without columns if a corner cannot be projected.
FrameInformation frame_information(const Bundle& bundle, const SharedLayout& layout,
                                   std::span<const BundleView> views);

/// The same in other units: parameter i is divided by scale[i], and the sum multiplied by `weight`.
FrameInformation scaled(FrameInformation frame, const Eigen::VectorXd& scale, double weight = 1);

/// The summed information of frames, and the variances that follow from it.
class InformationSum {
 public:
  /// `weights` are those of the variances of the parameters in their sum.
  InformationSum(Eigen::MatrixXd information, Eigen::VectorXd weights);

  /// By how much the weighted sum of variances would fall (Woodbury's identity).
  double gain(const FrameInformation& frame) const;
  void add(const FrameInformation& frame);

  double weighted_variance() const { return weights_.dot(covariance_.diagonal()); }
  Eigen::VectorXd variances() const { return covariance_.diagonal(); }

 private:
  void update();

  Eigen::MatrixXd information_, covariance_, product_;
  Eigen::VectorXd weights_;
};

}  // namespace calib
