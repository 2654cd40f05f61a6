#pragma once
// Refines the corners of a detected board, each with the model of a blurred corner
// (corner/refine_saddle.hpp) in a disc of its own size.

#include <opencv2/core/mat.hpp>

#include "corner/gray_view.hpp"
#include "scene/observations.hpp"
#include "target/grid.hpp"

namespace calib {

/// `gray` is 8-bit with one channel.
inline GrayView to_gray_view(const cv::Mat& gray) {
  return {gray.data, gray.cols, gray.rows, static_cast<std::ptrdiff_t>(gray.step)};
}

/// Returns the corners row by row with their sigma_px, pixels. Each disc ends before the grid lines
/// through the neighbors, and shrinks until the model explains its content (it does not explain
/// markers printed inside the squares). Leaves out holes and corners that cannot be refined.
/// Returns no corners if the refined grid is folded.
std::vector<Corner> refine_board(const cv::Mat& gray, const Grid& grid);

}  // namespace calib
