#pragma once
// All saddle points of a picture that look like the corners of a chessboard.

#include <vector>

#include "corner/saddle.hpp"

namespace calib {

struct SaddleSearch {
  /// Corners weaker than `share` of the response of the strongest `expected / 8` places are left.
  int expected = 88;
  float share = 0.02f;
  int most_candidates = 3000;  ///< the strongest local maxima that are looked at
  int most_saddles = 1200;     ///< the strongest saddles that are returned
  RingRules rules;
};

struct SaddleScratch {
  struct Peak {
    float response;
    int x, y;
  };
  std::vector<float> block_peaks, tile_peaks;
  std::vector<Peak> peaks;
  std::vector<int> nearby;
};

/// Strongest first; no two within two pixels of each other.
void find_saddles(const ResponseMap& map, const SaddleSearch& search, SaddleScratch& scratch,
                  std::vector<Saddle>& saddles);

}  // namespace calib
