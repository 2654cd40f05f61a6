#pragma once
// Draws the result of a detector into the image.

#include <opencv2/core/mat.hpp>
#include <string>

#include "scene/observations.hpp"

namespace calib {

/// Returns a BGR copy with a ring around every corner, lines that connect the corners of each row
/// in the colors of a rainbow, and the id of the first corner of each row. The ring of corner 0 is
/// filled. `caption` is written at the top.
cv::Mat draw_corners(const cv::Mat& gray, const Board& board, const std::vector<Corner>& corners,
                     const std::string& caption);

/// Shrinks an image to at most this width and to a height of at most four times the width. Neither
/// side becomes smaller than one pixel.
cv::Mat shrunk_to_tile(const cv::Mat& picture, int width_px);

/// Arranges images of one type in rows and columns, as square as possible.
cv::Mat contact_sheet(const std::vector<cv::Mat>& tiles);

}  // namespace calib
