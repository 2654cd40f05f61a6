#pragma once
// What a detector says of one image: a board's corners, or why there is none.

#include <functional>
#include <opencv2/core/mat.hpp>
#include <string>
#include <vector>

#include "scene/observations.hpp"

namespace calib {

struct Detection {
  std::vector<Corner> corners;  ///< rising ids, canonical order; empty when nothing was found
  std::string reason;  ///< why nothing was found (no_board, too_small, ...); empty otherwise
  bool found() const { return !corners.empty(); }
};

/// Grey, 8 bit, one channel in; thread-safe.
using DetectFunction = Detection (*)(const cv::Mat& grey, const Board& board);

}  // namespace calib
