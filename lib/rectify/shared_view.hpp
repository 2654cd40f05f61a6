#pragma once
// Scale and principal point that both images of a rectified pair share.

#include <Eigen/Core>
#include <array>
#include <optional>

#include "rectify/visible_area.hpp"

namespace calib {

/// pixel = focal * (x, y) + centre for a point (x, y) on the plane z = 1.
struct PlaneView {
  double focal = 0;
  Eigen::Vector2d centre{0, 0};
};

/// alpha 0 shows only what both cameras see to the image's edges, alpha 1 all that either sees.
/// `focal` is the cameras' own, which places the principal point. Follows cv::stereoRectify while
/// the axis lies well within both pictures, and fits the image to the areas otherwise. Nothing when
/// the areas share no rows (no columns, for a vertical pair).
std::optional<PlaneView> shared_view(const std::array<VisibleArea, 2>& areas, ImageSize size,
                                     double focal, bool vertical, double alpha);

}  // namespace calib
