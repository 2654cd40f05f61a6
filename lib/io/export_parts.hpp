#pragma once
// Functions that several export formats need.

#include <Eigen/Core>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "rectify/rectified_set.hpp"
#include "scene/calibration.hpp"

namespace calib {

/// Added to pixel coordinates for formats whose origin is the corner of the top-left pixel instead
/// of its center.
inline constexpr double kCornerToCenter_px = 0.5;

/// (fx 0 cx, 0 fy cy, 0 0 1)
Eigen::Matrix3d camera_matrix(const Intrinsics& intrinsics);
/// The parameters after fx fy cx cy, padded with zeros to at least `least` numbers. (A smaller
/// model of OpenCV is the same as a larger one with zeros.)
std::vector<double> distortion_of(const Intrinsics& intrinsics, std::size_t least = 0);

/// The name of the camera for a file name. Throws Error if it is not a valid file name.
std::string file_stem(const Camera& camera);

/// T_cam_rig, or the identity if the camera has no pose; and the same for T_cam_world, for formats
/// that have a world.
Pose pose_or_identity(const Camera& camera);
Pose world_pose_or_identity(const Calibration& calibration, const Camera& camera);

/// Rectifies a calibration of two cameras of the same image size, with the left (upper) camera
/// first and the same size. Returns nullopt for other calibrations, and if the cameras have no
/// common view.
std::optional<RectifiedSet> rectified_pair(const Calibration& calibration);

/// A matrix as OpenCV's FileStorage writes it in YAML, with its key, indented by `indent` blanks.
std::string opencv_matrix_yaml(const std::string& key,
                               const Eigen::Ref<const Eigen::MatrixXd>& matrix, int indent = 0);

/// The elements row by row.
std::vector<double> row_by_row(const Eigen::Ref<const Eigen::MatrixXd>& matrix);

}  // namespace calib
