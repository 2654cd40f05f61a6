#pragma once
// The reprojection residual of all stages: (project(intrinsics, T_cam_rig * T_rig_board * p_board)
// - pixel) / sigma. The stages differ only in which of its parameters are free.

#include <Eigen/Core>
#include <optional>
#include <span>
#include <vector>

#include "geometry/pose.hpp"
#include "scene/observations.hpp"

namespace calib {

/// Which derivatives evaluate_view() computes: none; by the board's pose; also by the lens and the
/// pose of the camera; also by the parameters of the board.
enum class Derivatives { kNone, kBoardPose, kCamera, kAll };

/// The residuals of one view and their Jacobians, two rows per corner. The columns of a pose are
/// those of the small motion (w, t) in retract(). Reuse one object for many views to reuse its
/// memory.
struct ViewRows {
  using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  template <int kColumns>
  using Columns = Eigen::Matrix<double, Eigen::Dynamic, kColumns, Eigen::RowMajor>;

  Eigen::VectorXd residual;     ///< (predicted - observed) / sigma
  std::vector<int> parameters;  ///< for each column of by_intrinsics the index of its parameter;
                                ///< the view does not depend on the others
  Matrix by_intrinsics;
  Columns<6> by_camera;  ///< by T_cam_rig
  Columns<6> by_board;   ///< by T_rig_board
  Matrix by_shape;       ///< by the parameters of the board (shape_parameters.hpp)
};

/// Fills `rows`. A corner without a sigma has the sigma 1 px. Returns false if the model cannot
/// project one of the points; the content of `rows` is then undefined. Throws Error if there is no
/// such model.
bool evaluate_view(const Intrinsics& intrinsics, const Board& board, const Pose& T_cam_rig,
                   const Pose& T_rig_board, std::span<const Corner> corners, Derivatives wanted,
                   ViewRows& rows);

/// The Jacobians of a pixel by the point (camera coordinates) and by those intrinsics on which it
/// depends.
struct LensDerivatives {
  Eigen::Matrix<double, 2, 3> by_point;
  std::vector<int> parameters;  ///< the indices of these intrinsics
  Eigen::Matrix<double, 2, Eigen::Dynamic> by_parameters;
};
/// Returns nullopt if the model cannot project the point.
std::optional<LensDerivatives> lens_derivatives(const Intrinsics& intrinsics,
                                                const Eigen::Vector3d& p_cam);

}  // namespace calib
