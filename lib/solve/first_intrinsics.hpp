#pragma once
// Initial values of the intrinsics from views of the board alone.

#include <optional>
#include <span>
#include <vector>

#include "scene/observations.hpp"

namespace calib {

/// The focal length in pixels in closed form, for square pixels and the principal point at the
/// image center. The homography of each view gives two linear equations in 1/f^2 (Zhang, "A
/// flexible new technique for camera calibration", PAMI 2000, equations 3 and 4). Returns nullopt
/// if the views do not determine it, for example if all boards are parallel to the sensor.
std::optional<double> closed_form_focal(const Board& board, ImageSize size,
                                        std::span<const View* const> views);

/// fx, fy, cx and cy in closed form, for any pixels and any principal point: the same equations for
/// the image of the absolute conic without skew (Zhang, appendix B). Returns nullopt if the views
/// do not determine them.
std::optional<Eigen::Vector4d> closed_form_linear(const Board& board, ImageSize size,
                                                  std::span<const View* const> views);

/// `most` corners of a view, or all if it has no more. Steps of the golden ratio are spread evenly
/// but, unlike equal steps, never choose corners of one column of the board only. If `most` is more
/// than a third of all, some corners may come twice.
std::vector<Corner> some_corners(const std::vector<Corner>& corners, std::size_t most);

struct FirstIntrinsics {
  Intrinsics intrinsics;  ///< of the model asked for
  double median_rms_px;   ///< median over the views tried of the RMS reprojection error
};

/// Tries the closed forms and a sweep of the focal length from 0.2 to 6 times the image width, each
/// with every starting distortion of the model (starting_intrinsics()), on evenly spread views.
/// Returns the best focal length for each starting distortion, in the order of the median
/// reprojection error. Views for which a candidate has no pose are ignored unless they are more
/// than half. Throws UndeterminedError if no candidate has a pose for any view.
std::vector<FirstIntrinsics> first_intrinsics(const std::string& model, const Board& board,
                                              const ObservedCamera& camera,
                                              std::span<const View* const> views);

}  // namespace calib
