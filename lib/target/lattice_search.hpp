#pragma once
// Code that all searches for lattices share: the levels of the pyramid, and buffers that each
// thread keeps.

#include <algorithm>
#include <vector>

#include "corner/find_saddles.hpp"
#include "corner/pyramid.hpp"

namespace calib {

/// Buffers that each thread keeps from one image to the next.
struct LatticeWorkspace {
  Pyramid pyramid;
  ResponseMap map;
  SaddleScratch saddle_scratch;
  std::vector<Saddle> saddles;
};

/// The level at which a search begins: the first whose longer side is at most kSearchedSide,
/// pixels.
inline int first_level(const GrayView& picture) {
  constexpr int kSearchedSide = 1000;
  int level = 0;
  while (std::max(picture.width, picture.height) >> level > kSearchedSide) ++level;
  return level;
}

/// Whether a level is worth searching: its shorter side has kSmallestSearchedSide pixels.
inline bool is_large_enough(const GrayView& picture, int level) {
  constexpr int kSmallestSearchedSide = 100;
  return std::min(picture.width, picture.height) >> level >= kSmallestSearchedSide;
}

}  // namespace calib
