#pragma once
// THE residual: project(intrinsics, T_cam_rig * T_rig_board * p_board) - pixel, over the sigma of
// the corner. Every stage uses it; the stages differ only in which of its three blocks are free.

#include <ceres/cost_function.h>

#include <array>
#include <memory>
#include <span>
#include <string>

#include "geometry/pose.hpp"
#include "scene/observations.hpp"

namespace calib {

/// A pose as the solver has it: rotation vector (3), translation (3).
using PoseBlock = std::array<double, 6>;
PoseBlock to_block(const Pose& pose);
Pose to_pose(const double* block);

/// d exp(w) p = exp(w) [.]x ..., see reprojection.cpp: the right Jacobian of SO(3) at rotation
/// vector w (exp(w + dw) = exp(w) exp(right_jacobian(w) dw)).
Eigen::Matrix3d right_jacobian(const Eigen::Vector3d& w);

/// All corners of one view as one block of residuals (2 a corner). Parameter blocks: intrinsics (fx
/// fy cx cy and the distortion), T_cam_rig (6), T_rig_board (6). Not evaluable where a point falls
/// out of the model's domain.
std::unique_ptr<ceres::CostFunction> reprojection_cost(const std::string& model, const Board& board,
                                                       std::span<const Corner> corners);

}  // namespace calib
