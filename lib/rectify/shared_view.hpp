#pragma once
// Scale, principal point and size that all images of a rectified set share.

#include <Eigen/Core>
#include <optional>
#include <vector>

#include "rectify/view_rules.hpp"
#include "rectify/visible_area.hpp"

namespace calib {

/// pixel = focal * p + center for a point p of the rectified plane.
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

/// What the set's cameras are.
struct SetOfViews {
  std::vector<VisibleArea> areas;
  PlaneRect common;   ///< what all of them see: common_rectangle()
  ImageSize largest;  ///< the largest width and the largest height of the source images
  double focal = 0;   ///< the cameras' own scale on their axes, the mean: pixels a radian
  ViewPlane plane;
};

/// Around all that any of the cameras sees.
PlaneRect hull(const std::vector<VisibleArea>& areas);

/// alpha 0 shows only what all cameras see, alpha 1 all that any of them sees. Without a size the
/// scale is the cameras' own, less where the image would be more than twice as wide or high as the
/// sources, and sides are even. With a size, cv::stereoRectify's rule (zoom about the principal
/// point until the inner rectangles just cover the image, or the outer ones just fit in) while the
/// axis lies well within all pictures; otherwise the image is fitted to what is shown. Nothing when
/// the image would be narrower than kSmallestSide. Throws Error when the angles asked for make an
/// image of more than kLargestSide, or lie beyond latlon's poles.
std::optional<SharedView> shared_view(const SetOfViews& set, const ViewRules& rules);

}  // namespace calib
