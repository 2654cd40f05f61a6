#pragma once
// The pairs of cameras, and how many frames of each pair are evaluated: the number of pairs grows
// quadratically with the number of cameras.

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace calib {

/// Indices of cameras.
using CameraPair = std::pair<std::size_t, std::size_t>;
/// Every pair of the cameras once, in their order.
inline std::vector<CameraPair> camera_pairs(const std::vector<std::size_t>& cameras) {
  std::vector<CameraPair> pairs;
  for (auto first = cameras.begin(); first != cameras.end(); ++first) {
    for (auto second = first + 1; second != cameras.end(); ++second)
      pairs.emplace_back(*first, *second);
  }
  return pairs;
}

/// The largest number of common frames that are evaluated for one pair in a rig of `cameras` (two
/// or more): about 100,000 frames for all pairs together, but at least 80 for each.
inline std::size_t most_pair_frames(std::size_t cameras) {
  constexpr std::size_t kFramesOfAllPairs = 100'000, kMinFramesOfPair = 80;
  return std::max(kFramesOfAllPairs / (cameras * (cameras - 1) / 2), kMinFramesOfPair);
}

}  // namespace calib
