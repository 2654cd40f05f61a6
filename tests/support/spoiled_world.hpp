#pragma once
// Views that do not belong: what a recording can hold besides good corners.

#include <algorithm>
#include <cmath>
#include <vector>

#include "scene/observations.hpp"
#include "synth/random.hpp"

namespace calib::testing {

/// Replaces a share of all views, drawn at random: in turn by the corners of another board (other
/// square positions), by shuffled ids, by ids turned by half, by another frame's corners, and by
/// nothing.
inline Observations spoil(Observations observations, double share, int seed) {
  Random random(mix_seed(static_cast<std::uint64_t>(seed), 7));
  const std::vector<View> original = observations.views;
  int kind = 0;
  for (View& view : observations.views) {
    if (random.uniform() >= share) continue;
    std::vector<Corner>& corners = view.corners;
    const int last = corner_count(observations.board) - 1;
    switch (kind++ % 5) {
      case 0:  // another board: its squares do not lie where ours do
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
