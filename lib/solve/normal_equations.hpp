#pragma once
// The normal equations of a bundle. Board poses appear in the equations of their own frame only, so
// the system is kept as a dense block of what all frames share (cameras, board shape) and a small
// block a frame, and solved through the Schur complement of the former. Jacobians are never kept:
// memory grows with cameras x frames, not with corners.

#include <Eigen/Core>
#include <optional>
#include <vector>

#include "solve/bundle.hpp"

namespace calib {

/// Where the free shared parameters stand in one vector: for each camera its intrinsics and the
/// motion (w, t) of T_cam_rig, then the board's shape. A camera without views has none.
struct SharedLayout {
  struct Place {
    std::vector<int> intrinsics;  ///< the column of each parameter, -1 where it is held
    int pose = -1;                ///< the first of 6 columns; -1: held
  };
  std::vector<Place> cameras;
  int shape = 0, shape_count = 0;  ///< the first column of the free ones, and how many are free
  int size = 0;

  explicit SharedLayout(const Bundle& bundle);
};

/// Columns of the shared parameters that follow one another, and the rows of a frame's `cross` that
/// belong to them.
struct ColumnRun {
  int column = 0, row = 0, count = 0;
};

/// One board pose and the views that see it.
struct FrameEquations {
  int board_pose = 0;
  std::vector<ColumnRun> runs;
  Eigen::MatrixXd shared_board_block;  ///< shared x 6, only the rows of `runs`
  Eigen::Matrix<double, 6, 6> board_block;
  Eigen::Matrix<double, 6, 1> gradient;
};

/// J'J and J'r of all residuals, the corners weighed by the loss.
struct NormalEquations {
  Eigen::MatrixXd shared;  ///< lower triangle
  Eigen::VectorXd gradient;
  std::vector<FrameEquations> frames;  ///< in the order of the board poses
  double cost = 0;                     ///< half the sum of squares, or of the loss
  long residuals = 0;

  /// Residuals less unknowns, at least 1.
  double degrees_of_freedom() const;
};

/// Nothing when a view cannot be projected.
std::optional<NormalEquations> linearize(const Bundle& bundle, const SharedLayout& layout,
                                         const AdjustOptions& options);

/// The cost alone; nothing when a view cannot be projected.
std::optional<double> total_cost(const Bundle& bundle, const AdjustOptions& options);

/// The shared block less what the board poses take: S = A - sum W V^-1 W', lower triangle, and the
/// gradient likewise; A and V with `damping` times their diagonals added.
struct SchurComplement {
  Eigen::MatrixXd information;
  Eigen::VectorXd gradient;
};
SchurComplement schur_complement(const NormalEquations& equations, double damping, int jobs);

/// A motion of everything that is free.
struct Step {
  Eigen::VectorXd shared;
  std::vector<Eigen::Matrix<double, 6, 1>> frames;  ///< as NormalEquations::frames
  double predicted_decrease = 0;                    ///< of the cost, by the quadratic model
};

/// The step of Levenberg and Marquardt; nothing when the damped system is not positive definite.
std::optional<Step> solve_step(const NormalEquations& equations, double damping, int jobs);

void apply(const Step& step, const NormalEquations& equations, const SharedLayout& layout,
           Bundle& bundle);

}  // namespace calib
