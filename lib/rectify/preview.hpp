#pragma once
// Pictures that prove a rectification to the eye. All are 8-bit BGR; deeper images are scaled so
// that the brightest value of all becomes white.

#include <opencv2/core/mat.hpp>
#include <vector>

#include "rectify/rectified_set.hpp"

namespace calib {

/// The images of a set (in the order of its cameras), side by side and above each other as the
/// cameras stand, with lines every 32 pixels: along rows where a pair's rows align, along columns
/// where columns do. A line meets the same points in neighboring pictures.
cv::Mat draw_lines(const RectifiedSet& set, const std::vector<cv::Mat>& images);

/// For red-cyan glasses: the left image in red, the right one in green and blue. A vertical pair
/// lies on its side, so that its rows are the eyes' rows.
cv::Mat draw_anaglyph(const RectifiedSet& set, const RectifiedPair& pair,
                      const std::vector<cv::Mat>& images);

/// Disparities by cv::StereoSGBM, on images of at most 640 pixels along the disparity: near is red,
/// far is blue, black is unmatched. In the frame of the pair's left (or upper) camera.
struct DisparityPicture {
  cv::Mat picture;
  /// Matched pixels over those that can be: valid in both, and not so near to the edge that their
  /// match may lie outside.
  double matched_share = 0;
};
/// `nearest_m`: how near to the cameras things are, which bounds the search; 0: not known, a
/// quarter of the image.
DisparityPicture draw_disparity(const RectifiedSet& set, const RectifiedPair& pair,
                                const std::vector<cv::Mat>& images, double nearest_m);

}  // namespace calib
