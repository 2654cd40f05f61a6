#pragma once
// Scale, principal point and size that all images of a rectified set share.

#include <Eigen/Core>
#include <optional>
#include <vector>

#include "rectify/view_rules.hpp"
#include "rectify/visible_area.hpp"

namespace calib {

/// pixel = focal * p + centre for a point p of the rectified plane.
struct SharedView {
  double focal = 0;
  Eigen::Vector2d centre{0, 0};
  ImageSize size;
};

/// What the set's cameras are.
struct SetOfViews {
  std::vector<VisibleArea> areas;
  ImageSize largest;      ///< the largest width and the largest height of the source images
  double focal = 0;       ///< the cameras' own scale in the middle: pixels a radian
  bool has_rows = false;  ///< some pair's rows align: along x the areas may lie side by side
  bool has_columns = false;
};

/// alpha 0 shows only what all cameras see to the image's edges, alpha 1 all that any of them sees.
/// Without a size the scale is the cameras' own, less where the image would be more than twice as
/// wide or high as the sources, and sides are even. With a size, cv::stereoRectify's rule (zoom
/// about the principal point until the inner rectangles just cover the image, or the outer ones
/// just fit in) while the axis lies well within all pictures; otherwise the image is fitted to the
/// areas. Nothing when the areas share no rows (columns). Throws Error when the angles asked for
/// make an image beyond 16 bits a side.
std::optional<SharedView> shared_view(const SetOfViews& set, const ViewRules& rules);

}  // namespace calib
