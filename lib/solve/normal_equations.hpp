#pragma once
// The normal equations of a bundle. A board pose appears only in the equations of its own frame.
// The system therefore consists of one dense block of the shared parameters (intrinsics, camera
// poses, board shape) and of small blocks for each frame, and is solved by the Schur complement
// after eliminating the board poses. Jacobians are not stored: the memory grows with cameras x
// frames, not with corners.

#include <Eigen/Core>
#include <optional>
#include <span>
#include <vector>

#include "solve/bundle.hpp"
#include "solve/shared_block.hpp"

namespace calib {

/// `count` consecutive columns of the shared parameters, and the first of the rows of a frame's
/// shared_board_block that belong to them.
struct ColumnRun {
  int column = 0, row = 0, count = 0;
};

/// The blocks of one board pose.
struct FrameEquations {
  int board_pose = 0;
  std::vector<ColumnRun> runs;
  Eigen::MatrixXd shared_board_block;  ///< shared parameters x 6, only the rows of `runs`
  Eigen::Matrix<double, 6, 6> board_block;
  Eigen::Matrix<double, 6, 1> gradient;
};

/// J'J and J'r, where J is the Jacobian of all residuals r and each corner is weighted by its loss.
struct NormalEquations {
  SharedBlock shared;
  Eigen::VectorXd gradient;
  std::vector<FrameEquations> frames;  ///< in the order of the board poses
  double cost = 0;                     ///< half the sum of squares, or the sum of losses
  long residuals = 0;

  /// The number of residuals minus the number of unknowns, at least 1.
  double degrees_of_freedom() const;
};

/// Linearizes all residuals and priors at the present values. Returns nullopt if a corner cannot be
/// projected.
std::optional<NormalEquations> linearize(const Bundle& bundle, const SharedLayout& layout,
                                         const AdjustOptions& options);

/// The same for some views of the bundle, and without the priors, which add_priors() adds.
std::optional<NormalEquations> linearize_views(const Bundle& bundle,
                                               std::span<const BundleView> views,
                                               const SharedLayout& layout,
                                               const AdjustOptions& options);
/// The priors are those of lenses, and the measured distances between boards.
void add_priors(const Bundle& bundle, const SharedLayout& layout, NormalEquations& equations);

/// Whether no lens mirrors its image.
bool has_positive_focal_lengths(const Bundle& bundle);

/// The cost alone. Returns nullopt if a corner cannot be projected or a focal length is not
/// positive.
std::optional<double> total_cost(const Bundle& bundle, const AdjustOptions& options);

/// The Schur complement: the shared block after eliminating the board poses, S = A - sum W V^-1 W',
/// and the gradient a - sum W V^-1 g. A is the shared block, V the board_block, W the
/// shared_board_block and g the gradient of a frame. `damping` times the diagonals is added to A
/// and V.
struct SchurComplement {
  Eigen::MatrixXd information;  ///< S, lower triangle
  Eigen::VectorXd gradient;
};
SchurComplement schur_complement(const NormalEquations& equations, double damping, int jobs);

/// The solution x of S x = right, where S is an information matrix (lower triangle), scaled to unit
/// diagonal so that units do not matter. Returns nullopt if S is not positive definite.
std::optional<Eigen::VectorXd> solve_information(const Eigen::MatrixXd& information,
                                                 const Eigen::VectorXd& right);

/// A step of all free parameters.
struct Step {
  Eigen::VectorXd shared;
  std::vector<Eigen::Matrix<double, 6, 1>> frames;  ///< as NormalEquations::frames
  double predicted_decrease = 0;                    ///< of the cost, by its quadratic model
};

/// The Levenberg-Marquardt step. Returns nullopt if the damped system is not positive definite.
std::optional<Step> solve_step(const NormalEquations& equations, double damping, int jobs);

/// Adds the step to the bundle; poses move by retract().
void apply(const Step& step, const NormalEquations& equations, const SharedLayout& layout,
           Bundle& bundle);

}  // namespace calib
