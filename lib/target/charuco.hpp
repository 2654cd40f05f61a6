#pragma once
// ChArUco: a chessboard with markers inside its white squares, so that any part of it is numbered.

#include "target/detection.hpp"
#include "target/marker_board.hpp"

namespace calib {

/// The two ways in which the world numbers the same board. They differ when the number of rows of
/// squares is even: then the top-left square is black in the new layout (OpenCV from 4.7 on) and
/// white in the legacy one.
enum class CharucoLayout { kNew, kLegacy };

/// Where the markers are. Squares are counted row by row from the top-left; every white one holds
/// the next marker.
MarkerPlaces charuco_markers(const Board& board, CharucoLayout layout);
/// Whether the square in this column and row of squares is black.
bool is_black_square(const Board& board, CharucoLayout layout, int column, int row);

/// Finds the corners next to markers that are seen, in either layout, printed black on white or
/// white on black; each corner is fitted and has its sigma_px. The note says what matched: "legacy
/// layout, white on black". Reasons for nothing: no_markers, other_markers (the dictionary fits,
/// the numbers do not), too_few_corners (less than four, or all in one line), refinement_diverged.
Detection detect_charuco(const cv::Mat& gray, const Board& board);

}  // namespace calib
