#pragma once
// How many frames of each pair of cameras are looked at: pairs grow with the square of the cameras.

#include <algorithm>
#include <cstddef>

namespace calib {

/// One goes on so many of the `common` frames of a pair, in a rig of `cameras` (two or more), that
/// all pairs together have about 100,000 frames, but no pair fewer than 40 for that reason. 1: all.
inline std::size_t pair_frame_step(std::size_t common, std::size_t cameras) {
  constexpr std::size_t kMostFrames = 100'000, kLeastFrames = 40;
  const std::size_t pairs = cameras * (cameras - 1) / 2;
  return 1 + common / std::max(kMostFrames / pairs, kLeastFrames);
}

}  // namespace calib
