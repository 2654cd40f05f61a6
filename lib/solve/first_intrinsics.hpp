#pragma once
// First values of a lens from views of a board alone: never a prompt, never a silent failure.

#include <optional>
#include <span>
#include <vector>

#include "scene/observations.hpp"

namespace calib {

/// The focal length (pixels, square pixels, center of the picture as principal point) in closed
/// form from the homographies of the views: each gives two linear equations in 1/f^2 (Zhang, "A
/// flexible new technique for camera calibration", PAMI 2000, equations 3 and 4). Nothing when the
/// views do not determine it, as when all boards are parallel to the sensor.
std::optional<double> closed_form_focal(const Board& board, ImageSize size,
                                        std::span<const View* const> views);

struct FirstIntrinsics {
  Intrinsics intrinsics;  ///< one of the model's starts, principal point in the center
  double median_rms_px;   ///< over the views tried
};

/// The closed form and a sweep of focal lengths on the axis from 0.2 to 6 times the picture's
/// width, each with every starting distortion of the model, are tried with the model's own
/// projection; the one with the least median reprojection error over (a spread of) the views wins.
/// Views in which the lens tried cannot see every corner do not count as long as others do. Throws
/// UndeterminedError when no lens tried explains any view.
std::vector<FirstIntrinsics> first_intrinsics(const std::string& model, const Board& board,
                                              const ObservedCamera& camera,
                                              std::span<const View* const> views);

}  // namespace calib
