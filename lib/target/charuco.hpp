#pragma once
// Detects ChArUco boards: chessboards with markers inside their white squares, which identify the
// corners of any part of the board.
//
// There are two layouts of ChArUco boards in use. They differ if the number of rows of squares is
// even: then the top-left square is black in the new layout (OpenCV from 4.7 on) and white in the
// legacy layout.

#include "target/detection.hpp"
#include "target/marker_board.hpp"

namespace calib {

/// Draws the squares and the markers in the layout that `choice` asks for.
BoardPattern draw_charuco(const Board& board, const PrintChoice& choice);

/// Finds the corners of the board's lattice of squares and numbers them by the markers in its
/// cells, in either layout, printed black on white or white on black. Each corner is fitted and has
/// its sigma_px. Detection::print says which layout and colors were found. Reasons if no board is
/// found: "wrong_size 8x6" (more markers are where a board of that size has them), no_markers,
/// other_markers (markers of the dictionary with ids that the board does not have), too_few_corners
/// (fewer than four, or all in one line), refinement_diverged.
Detection detect_charuco(const cv::Mat& gray, const Board& board);

}  // namespace calib
