#pragma once
// For each rectified pixel the source pixel, as cv::remap and cv::initUndistortRectifyMap have it.

#include <opencv2/core/mat.hpp>

#include "rectify/rectified_set.hpp"

namespace calib {

/// CV_32FC1 x and y; (-1, -1) where the lens does not see the ray.
struct PixelMaps {
  cv::Mat x, y;
};
/// The result does not depend on `jobs` (0: all cores).
PixelMaps pixel_maps(const Intrinsics& intrinsics, const RectifiedCamera& camera,
                     const ViewPlane& plane, ImageSize size, int jobs = 0);

/// The same in OpenCV's fixed-point form: CV_16SC2 whole pixels, and CV_16UC1 of 32 * fy + fx,
/// where fx and fy are the rest in 32nds of a pixel.
struct FixedMaps {
  cv::Mat xy, weights;
};
/// Throws Error when the maps reach beyond kLargestSide.
FixedMaps fixed_maps(const PixelMaps& maps);

/// Which pixels' sources lie inside the source image, [0, width-1] x [0, height-1]: CV_8U, 255
/// where they do. A thousandth of a pixel outside still counts as inside: maps are applied in
/// 32nds.
cv::Mat valid_mask(const PixelMaps& maps, ImageSize source);

/// The largest axis-aligned rectangle of pixels that are not 0 in a CV_8U mask; empty (width 0)
/// when there is none.
PixelRect largest_rectangle(const cv::Mat& mask);

/// Sets a camera's scale and roll from its maps, in the middle of its valid rectangle, which must
/// not be empty.
void measure_scale(const PixelMaps& maps, RectifiedCamera& camera);

}  // namespace calib
