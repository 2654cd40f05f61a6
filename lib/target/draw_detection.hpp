#pragma once
// What a detector saw, drawn into the picture.

#include <opencv2/core/mat.hpp>
#include <string>

#include "scene/observations.hpp"

namespace calib {

/// A BGR copy with a ring around every corner, joined row by row in the colors of a rainbow, the
/// ids of the first corner of each row, and corner 0 filled. `caption` is written at the top.
cv::Mat draw_corners(const cv::Mat& gray, const Board& board, const std::vector<Corner>& corners,
                     const std::string& caption);

/// The picture as wide as a tile, if it was wider; of a very long and thin one neither side is
/// lost.
cv::Mat shrunk_to_tile(const cv::Mat& picture, int width_px);

/// Pictures of one type side by side, in as square a sheet as fits.
cv::Mat contact_sheet(const std::vector<cv::Mat>& tiles);

}  // namespace calib
