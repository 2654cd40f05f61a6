#pragma once
// Previews in which one can see whether a rectification is right. All are 8-bit BGR; images of more
// bits are scaled so that the brightest value of all images becomes white.

#include <opencv2/core/mat.hpp>
#include <vector>

#include "rectify/rectified_set.hpp"

namespace calib {

/// Arranges the images of a set (in the order of its cameras) as the cameras are placed, and draws
/// lines every 32 pixels: along the rows if there are pairs whose rows align, along the columns if
/// there are pairs whose columns align. A line passes through the same points in neighboring
/// images.
cv::Mat draw_lines(const RectifiedSet& set, const std::vector<cv::Mat>& images);

/// An image for red-cyan glasses: the left image in red, the right image in green and blue. The
/// images of a vertical pair are transposed, so that their baseline is parallel to that of the
/// eyes.
cv::Mat draw_anaglyph(const RectifiedSet& set, const RectifiedPair& pair,
                      const std::vector<cv::Mat>& images);

/// Disparities from cv::StereoSGBM, computed on images of at most 400 pixels along the disparity,
/// for the left (or upper) camera of the pair. Near is red, far is blue, unmatched is black.
struct DisparityPicture {
  cv::Mat picture;
  /// The share of matched pixels among those that can be matched: those that are valid in both
  /// images and whose match cannot be outside the image.
  double matched_share = 0;
};
/// `nearest_m` is the least distance of objects from the cameras, which bounds the disparities. If
/// it is 0 (unknown), disparities of up to a quarter of the image are searched.
DisparityPicture draw_disparity(const RectifiedSet& set, const RectifiedPair& pair,
                                const std::vector<cv::Mat>& images, double nearest_m);

}  // namespace calib
