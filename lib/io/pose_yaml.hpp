#pragma once
// Poses as 4x4 matrices in files, such that reading and writing again gives the same bytes.

#include "geometry/pose.hpp"
#include "io/yaml_reader.hpp"

namespace calib {

/// The pose whose matrix a file holds: the rotation on a grid of 1e-13 rad, the translation as it
/// is. snapped(read) == read, and reading the matrix of a snapped pose gives exactly that pose.
Pose snapped(const Pose& pose);

/// The 4x4 matrix of a snapped pose as it is written: the rotation to 15 decimals.
Eigen::Matrix4d written_matrix(const Pose& snapped_pose);

/// The inverse of such a matrix, from its own digits: a quarter turn stays exact.
Eigen::Matrix4d written_inverse(const Eigen::Matrix4d& matrix);

/// A 4x4 list of lists as it stands. Throws Error with its place unless it is a rigid motion within
/// 1e-6.
Eigen::Matrix4d read_rigid_matrix(const YamlNode& node);
/// The same as a snapped pose.
Pose read_pose(const YamlNode& node);

/// `rows` x `columns` numbers in a list of lists.
Eigen::MatrixXd read_matrix(const YamlNode& node, int rows, int columns);

}  // namespace calib
