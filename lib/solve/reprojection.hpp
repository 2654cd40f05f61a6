#pragma once
// THE residual: project(intrinsics, T_cam_rig * T_rig_board * p_board) - pixel, over the sigma of
// the corner. Every stage uses it; the stages differ only in which of its blocks are free.

#include <Eigen/Core>
#include <optional>
#include <span>
#include <vector>

#include "geometry/pose.hpp"
#include "scene/observations.hpp"

namespace calib {

/// How much of the derivatives is wanted.
enum class Derivatives { kNone, kBoardPose, kAll };

/// The residuals of one view and their derivatives, two rows a corner. Kept by the caller from view
/// to view so that its memory is reused.
///
/// A pose is moved by a small turn w (about the axes of the frame that it leads to) and a shift t:
/// T -> (exp(w) R, T.translation + t). Columns of a pose: w (3), t (3).
struct ViewRows {
  using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  template <int kColumns>
  using Columns = Eigen::Matrix<double, Eigen::Dynamic, kColumns, Eigen::RowMajor>;

  Eigen::VectorXd residual;     ///< (predicted - observed) / sigma
  std::vector<int> parameters;  ///< which of the intrinsics by_intrinsics has columns for; the
                                ///< others have no influence on this view
  Matrix by_intrinsics;
  Columns<6> by_camera;  ///< T_cam_rig
  Columns<6> by_board;   ///< T_rig_board
  Matrix by_shape;       ///< of the board, in the order of shape_parameters.hpp
};

/// Fills `rows`. A corner without a sigma counts as sigma 1 px. False where a point falls out of
/// the model's domain; what is in `rows` then means nothing.
bool evaluate_view(const Intrinsics& intrinsics, const Board& board, const Pose& T_cam_rig,
                   const Pose& T_rig_board, std::span<const Corner> corners, Derivatives wanted,
                   ViewRows& rows);

/// A pixel's derivatives by the point (camera coordinates) and by those intrinsics that have an
/// influence on it.
struct LensDerivatives {
  Eigen::Matrix<double, 2, 3> by_point;
  std::vector<int> parameters;
  Eigen::Matrix<double, 2, Eigen::Dynamic> by_parameters;
};
std::optional<LensDerivatives> lens_derivatives(const Intrinsics& intrinsics,
                                                const Eigen::Vector3d& p_cam);

/// The pose after a small motion (w, t), as in ViewRows.
Pose retract(const Pose& pose, const Eigen::Matrix<double, 6, 1>& motion);

}  // namespace calib
