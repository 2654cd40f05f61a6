#pragma once
// Finds corners that lie beside where their neighbors say: the edge of a finger that ends where a
// black square should be looks like a corner, a few pixels off.

#include <vector>

#include "scene/observations.hpp"

namespace calib {

/// Removes the corners of a single board that are far from where a smooth map of second order from
/// the board to the picture, fitted to the corners around them, has them: farther than 0.04
/// Board::square_m, 1 px, and eight times what is usual around them, so that a lens may bend the
/// board. Corners with too few neighbors are kept. `corners` have rising ids.
void erase_outlying(std::vector<Corner>& corners, const Board& board);

}  // namespace calib
