#pragma once
// Numbers the corners of a chessboard so that one physical corner has the same id in every image,
// as far as a single image can determine this.
//
// Seen from the printed side, the ids are right-handed (x cross y points into the board). Of the
// numberings that remain (scene/board_symmetry.hpp: half turns, and quarter turns of boards with
// equal corner counts) the canonical one has a dark square diagonally outside corner 0. This is
// unique if one corner count is even and the other odd. Otherwise the half turn looks the same in
// every image, and the solve resolves it with the poses of the other cameras (solve/).

#include <opencv2/core/mat.hpp>
#include <vector>

#include "scene/board.hpp"
#include "scene/board_symmetry.hpp"
#include "scene/observations.hpp"

namespace calib {

/// Renumbers the corners of a whole board, given row by row in either handedness, in canonical
/// order. If several numberings qualify, the one whose corner 0 is nearest to the top-left of the
/// image is taken.
void make_canonical(const cv::Mat& gray, const Board& board, std::vector<Corner>& corners);

}  // namespace calib
