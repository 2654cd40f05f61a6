#pragma once
// Blocks of frames whose corner errors can be taken as independent of each other. In a slow video,
// or where pictures are there twice, the errors of one frame are those of the frames before it.

#include <span>
#include <vector>

#include "solve/bundle.hpp"

namespace calib {

/// Frames in a row, by their board poses, and their views.
struct FrameBlock {
  std::vector<BundleView> views;
};

/// Over how many consecutive frames the errors of a corner are correlated: 1 + 2 times the sum of
/// the autocorrelation over the lags at which it is clearly positive. 1: every frame has errors of
/// its own.
double correlated_frames(const Bundle& bundle, int jobs);

/// Divides the frames of the bundle, in the order of the board poses, into at most `most` blocks of
/// about equal length, none of them shorter than twice `correlated` frames as long as at least six
/// blocks are left.
std::vector<FrameBlock> frame_blocks(const Bundle& bundle, double correlated, std::size_t most);

}  // namespace calib
