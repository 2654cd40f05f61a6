#pragma once
// Several cameras' pictures in one, as recorders of synchronized cameras write them.

#include <opencv2/core/mat.hpp>
#include <vector>

namespace calib {

/// `pictures` row by row in a grid of `rows` x `columns` tiles. All pictures have the same size and
/// type; tiles without a picture are black. Throws Error when there are more pictures than tiles.
cv::Mat tile_pictures(const std::vector<cv::Mat>& pictures, int rows, int columns);

}  // namespace calib
