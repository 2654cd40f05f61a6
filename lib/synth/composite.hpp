#pragma once
// Composite images, in which some recorders store the images of several synchronized cameras.

#include <opencv2/core/mat.hpp>
#include <vector>

namespace calib {

/// Arranges `pictures` row by row in a grid of `rows` x `columns` tiles. Tiles without a picture
/// are black. Throws Error if there are more pictures than tiles, or if they differ in size or
/// type.
cv::Mat tile_pictures(const std::vector<cv::Mat>& pictures, int rows, int columns);

}  // namespace calib
