#pragma once
// Poses as 4x4 matrices in files. Reading a pose and writing it again gives the same bytes.

#include "geometry/pose.hpp"
#include "io/yaml_reader.hpp"

namespace calib {

/// Rounds the rotation to a grid of 1e-13 rad. Reading the matrix of a snapped pose gives exactly
/// this pose.
Pose snapped(const Pose& pose);

/// The 4x4 matrix that is written for a snapped pose, with the rotation rounded to 15 decimals.
Eigen::Matrix4d written_matrix(const Pose& snapped_pose);

/// The inverse of such a matrix, computed from the rounded elements, so that quarter turns stay
/// exact.
Eigen::Matrix4d written_inverse(const Eigen::Matrix4d& matrix);

/// Reads a 4x4 list of lists. Throws Error unless it is a rigid motion within 1e-6.
Eigen::Matrix4d read_rigid_matrix(const YamlNode& node);
/// Reads a 4x4 list of lists as a snapped pose.
Pose read_pose(const YamlNode& node);

/// Reads `rows` lists of `columns` numbers.
Eigen::MatrixXd read_matrix(const YamlNode& node, int rows, int columns);

}  // namespace calib
