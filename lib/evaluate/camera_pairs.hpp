#pragma once
// All pairs of some cameras, and how much of each is looked at: pairs grow with the square of the
// cameras.

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace calib {

/// Every two of them once, in their order.
using CameraPair = std::pair<std::size_t, std::size_t>;
inline std::vector<CameraPair> camera_pairs(const std::vector<std::size_t>& cameras) {
  std::vector<CameraPair> pairs;
  for (auto first = cameras.begin(); first != cameras.end(); ++first) {
    for (auto second = first + 1; second != cameras.end(); ++second)
      pairs.emplace_back(*first, *second);
  }
  return pairs;
}

/// Of a pair's common frames, in a rig of `cameras` (two or more), how many are looked at, so that
/// all pairs together have about 100,000; of any pair at least 80.
inline std::size_t most_pair_frames(std::size_t cameras) {
  constexpr std::size_t kMostOfAll = 100'000, kMostOfAny = 80;
  return std::max(kMostOfAll / (cameras * (cameras - 1) / 2), kMostOfAny);
}

}  // namespace calib
