#pragma once
// One physical corner keeps one id in every image, as far as the picture can tell.
//
// Seen from the printed side the ids run right-handed (x cross y into the board). Of the
// relabelings that remain (scene/board_symmetry.hpp: half turn; quarter turns for square counts)
// the one is taken whose square diagonally outside corner 0 is dark. For boards with corner counts
// of different parity that settles everything; when both counts are even or both odd, the half turn
// looks the same in every picture, and the rig must settle it (solve/).

#include <opencv2/core/mat.hpp>
#include <vector>

#include "scene/board.hpp"
#include "scene/board_symmetry.hpp"
#include "scene/observations.hpp"

namespace calib {

/// Reorders a full board's corners (row by row, as a detector gave them, in either handedness)
/// canonically. Of several orders with the same colors the one with corner 0 nearest to the
/// image's top-left is taken.
void make_canonical(const cv::Mat& gray, const Board& board, std::vector<Corner>& corners);

}  // namespace calib
