#pragma once
// Finds all saddle points of an image that look like the corners of a chessboard.

#include <vector>

#include "corner/saddle.hpp"

namespace calib {

struct SaddleSearch {
  int expected = 88;  ///< corners of the board
  /// Corners are ignored if their response is less than `share` times the response of the
  /// (expected / 8)-th strongest tile of 16x16 pixels.
  float share = 0.02f;
  int most_candidates = 3000;  ///< the number of strongest local maxima that are examined
  int most_saddles = 1200;     ///< the number of strongest saddles that are returned
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

/// Returns the strongest saddle first. No two saddles are closer than two pixels in both x and y.
void find_saddles(const ResponseMap& map, const SaddleSearch& search, SaddleScratch& scratch,
                  std::vector<Saddle>& saddles);

}  // namespace calib
