#pragma once
// ChArUco: a chessboard with markers inside its white squares, so that any part of it is numbered.

#include "target/detection.hpp"
#include "target/marker_board.hpp"

namespace calib {

// Its markers are numbered in two ways in the world, which differ when the number of rows of
// squares is even: then the top-left square is black in the new layout (OpenCV from 4.7 on) and
// white in the legacy one.

/// The squares and markers, in the layout that `choice` asks for.
BoardPattern draw_charuco(const Board& board, const PrintChoice& choice);

/// Finds the corners next to markers that are seen, in either layout, printed black on white or
/// white on black; each corner is fitted and has its sigma_px. Detection::print says what matched.
/// Reasons for nothing: no_markers, other_markers (the dictionary fits,
/// the numbers do not), too_few_corners (less than four, or all in one line), refinement_diverged.
Detection detect_charuco(const cv::Mat& gray, const Board& board);

}  // namespace calib
