#pragma once
// The corners of a found board, each fitted in a disc that suits it.

#include "corner/refine_saddle.hpp"
#include "scene/observations.hpp"
#include "target/grid.hpp"

namespace calib {

struct RefinementScratch {
  FitScratch fit;
  std::vector<SaddleFit> fits;
};

/// Corners row by row with their sigma_px. A disc reaches no further than the lines through the
/// neighbors, and shrinks until the model explains what is in it (markers printed inside the
/// squares do not fit). Holes, and corners that cannot be refined, are left out. Empty when the
/// grid folds.
std::vector<Corner> refine_board(const GrayView& picture, const Grid& grid,
                                 RefinementScratch& scratch);

}  // namespace calib
