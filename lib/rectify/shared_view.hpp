#pragma once
// Chooses the scale, the principal point and the size that all images of a rectified set share.

#include <Eigen/Core>
#include <optional>
#include <vector>

#include "rectify/view_rules.hpp"
#include "rectify/visible_area.hpp"

namespace calib {

/// pixel = focal * p + center for a point p in the coordinates of ViewPlane.
struct SharedView {
  double focal = 0;
  Eigen::Vector2d center{0, 0};
  ImageSize size;

  Eigen::Matrix3d camera_matrix() const {
    Eigen::Matrix3d K;
    K << focal, 0, center.x(), 0, focal, center.y(), 0, 0, 1;
    return K;
  }
};

/// What the cameras of a set see.
struct SetOfViews {
  std::vector<VisibleArea> areas;
  PlaneRect common;   ///< a rectangle that all cameras see: common_rectangle()
  ImageSize largest;  ///< the largest width and the largest height of the source images
  double focal = 0;   ///< the mean scale of the cameras on their optical axes, pixels per radian
  ViewPlane plane;
};

/// The bounding box of everything that any of the cameras sees.
PlaneRect hull(const std::vector<VisibleArea>& areas);

/// With alpha 0 the view shows only what all cameras see, with alpha 1 all that any camera sees.
/// - Without a size, the scale is that of the cameras, or smaller where the image would be more
///   than twice as wide or high as the source images. The sides are even.
/// - With a size, the scale follows the rule of cv::stereoRectify, as long as the rectified axis is
///   well inside all images: zoom about the principal point until the inner rectangles just cover
///   the image, or the outer rectangles just fit into it. Otherwise, the image is fitted to what is
///   to be shown.
/// Returns nullopt if a side of the image would be shorter than kSmallestSide. Throws Error if
/// `rules.fov_rad` leads to a side of more than kLargestSide, or extends beyond the poles of
/// latlon.
std::optional<SharedView> shared_view(const SetOfViews& set, const ViewRules& rules);

}  // namespace calib
