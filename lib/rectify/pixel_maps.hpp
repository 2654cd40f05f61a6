#pragma once
// Maps from each rectified pixel to its source pixel, as those of cv::initUndistortRectifyMap and
// cv::remap.

#include <opencv2/core/mat.hpp>

#include "rectify/rectified_set.hpp"

namespace calib {

/// CV_32FC1 x and y; (-1, -1) where the lens model cannot project the ray.
struct PixelMaps {
  cv::Mat x, y;
};
/// The result does not depend on `jobs` (0: all cores).
PixelMaps pixel_maps(const Intrinsics& intrinsics, const RectifiedCamera& camera,
                     const ViewPlane& plane, ImageSize size, int jobs = 0);

/// The same in OpenCV's fixed-point format: CV_16SC2 integer pixels, and CV_16UC1 of 32 * fy + fx,
/// where fx and fy are the fractional parts in 1/32 pixel.
struct FixedMaps {
  cv::Mat xy, weights;
};
/// Throws Error if the maps have coordinates above kLargestSide.
FixedMaps fixed_maps(const PixelMaps& maps);

/// A CV_8U mask: 255 where the source pixel is inside the source image, [0, width-1] x [0,
/// height-1], with a tolerance of 1/1000 pixel (maps are applied in steps of 1/32 pixel).
cv::Mat valid_mask(const PixelMaps& maps, ImageSize source);

/// The largest axis-aligned rectangle of nonzero pixels in a CV_8U mask. Returns an empty rectangle
/// (width 0) if there is none.
PixelRect largest_rectangle(const cv::Mat& mask);

/// Sets the scale and roll of a camera from its maps, in the middle of its valid rectangle, which
/// must not be empty.
void measure_scale(const PixelMaps& maps, RectifiedCamera& camera);

}  // namespace calib
