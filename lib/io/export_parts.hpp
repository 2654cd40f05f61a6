#pragma once
// What several export formats have in common.

#include <Eigen/Core>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "rectify/rectified_set.hpp"
#include "scene/calibration.hpp"

namespace calib {

/// What is added to our pixels for formats that count from the corner of the top-left pixel.
inline constexpr double kCornerToCenter_px = 0.5;

/// (fx 0 cx, 0 fy cy, 0 0 1)
Eigen::Matrix3d camera_matrix(const Intrinsics& intrinsics);
/// What stands after fx fy cx cy, and zeros up to `least` numbers: OpenCV's smaller models are its
/// larger ones with zeros.
std::vector<double> distortion_of(const Intrinsics& intrinsics, std::size_t least = 0);

/// The camera's name, for a file. Throws Error when it cannot be one.
std::string file_stem(const Camera& camera);

/// The camera's pose; the identity of a single camera that has none.
Pose pose_or_identity(const Camera& camera);

/// A calibration of two cameras of one size as a rectified pair of that size, the left (upper) one
/// first. Nothing when it is no such pair or its cameras have no view in common.
std::optional<RectifiedSet> rectified_pair(const Calibration& calibration);

/// The elements row by row.
std::vector<double> row_by_row(const Eigen::Ref<const Eigen::MatrixXd>& matrix);

}  // namespace calib
