#pragma once
// How many frames of each pair of cameras are looked at: pairs grow with the square of the cameras.

#include <algorithm>
#include <cstddef>

namespace calib {

/// Of the `common` frames of a pair, in a rig of `cameras` (two or more), how many go on one that
/// is looked at, so that all pairs together have about 100,000; no pair keeps fewer than 40. 1:
/// all.
inline std::size_t pair_frame_step(std::size_t common, std::size_t cameras) {
  constexpr std::size_t kMostFrames = 100'000, kLeastFrames = 40;
  const std::size_t pairs = cameras * (cameras - 1) / 2;
  const std::size_t most = std::max(kMostFrames / pairs, 2 * kLeastFrames);
  return std::max<std::size_t>(1, (common + most - 1) / most);
}

}  // namespace calib
