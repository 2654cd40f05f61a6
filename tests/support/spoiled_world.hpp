#pragma once
// Observations with outlier views, as real recordings contain them.

#include <algorithm>
#include <cmath>
#include <vector>

#include "scene/observations.hpp"
#include "synth/random.hpp"

namespace calib::testing {

/// Replaces a random share of the views, in turn by the corners of another board (whose squares lie
/// elsewhere), by shuffled ids, by the ids of the board rotated by 180 degrees, by the corners of
/// another frame, or by no corners.
inline Observations spoil(Observations observations, double share, int seed) {
  Random random(mix_seed(static_cast<std::uint64_t>(seed), 7));
  const std::vector<View> original = observations.views;
  int kind = 0;
  for (View& view : observations.views) {
    if (random.uniform() >= share) continue;
    std::vector<Corner>& corners = view.corners;
    const int last = corner_count(observations.board) - 1;
    switch (kind++ % 5) {
      case 0:  // another board
        for (Corner& corner : corners) {
          corner.x += 12 * std::sin(0.9 * corner.id + static_cast<double>(view.frame));
          corner.y += 12 * std::cos(1.3 * corner.id + static_cast<double>(view.frame));
        }
        break;
      case 1:
        for (std::size_t i = corners.size(); i > 1; --i) {
          std::swap(corners[i - 1].id,
                    corners[static_cast<std::size_t>(random.below(static_cast<int>(i)))].id);
        }
        break;
      case 2:
        for (Corner& corner : corners) corner.id = last - corner.id;
        break;
      case 3: {
        std::vector<const View*> others;
        for (const View& other : original) {
          if (other.camera == view.camera && other.frame != view.frame) others.push_back(&other);
        }
        if (!others.empty())
          corners = others[static_cast<std::size_t>(random.below(static_cast<int>(others.size())))]
                        ->corners;
        break;
      }
      default:
        corners.clear();
    }
    std::sort(corners.begin(), corners.end(),
              [](const Corner& a, const Corner& b) { return a.id < b.id; });
  }
  std::erase_if(observations.views, [](const View& view) { return view.corners.empty(); });
  return observations;
}

}  // namespace calib::testing
