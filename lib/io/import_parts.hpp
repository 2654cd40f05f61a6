#pragma once
// What several imported formats have in common. Unlike an artifact, another tool's file may hold
// keys that nobody here reads.

#include <Eigen/Core>
#include <string>
#include <vector>

#include "io/yaml_reader.hpp"
#include "scene/calibration.hpp"

namespace calib {

/// A map of rows, cols and data (row by row), as OpenCV and ROS write a matrix. Throws Error with
/// its place when the counts do not agree, or are not those expected.
Eigen::MatrixXd read_flat_matrix(const YamlNode& node);
Eigen::MatrixXd read_flat_matrix(const YamlNode& node, int rows, int columns);

/// image_width and image_height of a file. Throws Error saying what to add when they are missing.
ImageSize read_width_and_height(const YamlNode& root);

/// The same matrix. Throws Error at `place` unless its focal lengths are positive and it has no
/// skew.
Eigen::Matrix3d checked_camera_matrix(const Eigen::Matrix3d& K, const YamlNode& place);

/// A lens of that model. Throws Error at `place`, where the coefficients stand, unless their number
/// is the model's.
Intrinsics make_lens(const std::string& model, ImageSize size, const Eigen::Matrix3d& K,
                     const std::vector<double>& distortion, const YamlNode& place);

/// The model of OpenCV's family with so many coefficients; without any, or with zeros only, a
/// pinhole.
Intrinsics opencv_lens(ImageSize size, const Eigen::Matrix3d& K,
                       const std::vector<double>& distortion, const YamlNode& place);

/// A pose from a rotation matrix. Throws Error at `place` unless it is orthonormal within 1e-6.
Pose read_rotation(const Eigen::Matrix3d& R, const Eigen::Vector3d& t, const YamlNode& place);

/// A pose from a Rodrigues vector and a translation.
Pose rodrigues_pose(const Eigen::Vector3d& r, const Eigen::Vector3d& t);

}  // namespace calib
