#pragma once
// Functions that several import formats need. Unlike an artifact, the file of another tool may have
// keys that calib does not know.

#include <Eigen/Core>
#include <string>
#include <vector>

#include "io/import_list.hpp"
#include "io/yaml_reader.hpp"
#include "scene/calibration.hpp"

namespace calib {

/// The file of a format whose single file, a `what`, holds all cameras. Throws Error for more
/// files.
const ImportedFile& only_file(const std::vector<ImportedFile>& files, const char* what);

/// Reads a matrix as OpenCV and ROS write it: a map of rows, cols and data (row by row). Throws
/// Error if the counts are inconsistent or not the expected ones.
Eigen::MatrixXd read_flat_matrix(const YamlNode& node);
Eigen::MatrixXd read_flat_matrix(const YamlNode& node, int rows, int columns);

/// Sizes, whose numbers other tools may write as floats (1088.0). Throws Error unless they are
/// whole numbers of at least 1.
ImageSize read_size_of(const YamlNode& width, const YamlNode& height);
ImageSize read_imported_size(const YamlNode& list);

/// Reads image_width and image_height. Throws Error, with what to add, if they are missing.
ImageSize read_width_and_height(const YamlNode& root);

/// Returns K. Throws Error at `place` unless the focal lengths are positive and the skew is 0.
Eigen::Matrix3d checked_camera_matrix(const Eigen::Matrix3d& K, const YamlNode& place);

/// Throws Error at `place`, where the coefficients are, unless their number is that of the model.
Intrinsics make_lens(const std::string& model, ImageSize size, const Eigen::Matrix3d& K,
                     const std::vector<double>& distortion, const YamlNode& place);

/// A lens of the OpenCV model with this number of coefficients, or a pinhole if there are no
/// coefficients or all are 0.
Intrinsics opencv_lens(ImageSize size, const Eigen::Matrix3d& K,
                       const std::vector<double>& distortion, const YamlNode& place);

/// A pose from a rotation matrix. Throws Error at `place` unless it is orthonormal within 1e-6.
Pose read_rotation(const Eigen::Matrix3d& R, const Eigen::Vector3d& t, const YamlNode& place);

/// A pose from a Rodrigues vector and a translation.
Pose rodrigues_pose(const Eigen::Vector3d& r, const Eigen::Vector3d& t);

}  // namespace calib
