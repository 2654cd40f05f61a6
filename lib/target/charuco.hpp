#pragma once
// Detects ChArUco boards: chessboards with markers inside their white squares, which identify the
// corners of any part of the board.

#include "target/detection.hpp"
#include "target/marker_board.hpp"

namespace calib {

/// The two layouts of ChArUco boards in use. They differ if the number of rows of squares is even:
/// then the top-left square is black in the new layout (OpenCV from 4.7 on) and white in the legacy
/// layout.
enum class CharucoLayout { kNew, kLegacy };

/// The corners of each marker. The markers are numbered row by row from the top-left, one in every
/// white square.
MarkerPlaces charuco_markers(const Board& board, CharucoLayout layout);
/// Whether the square in this column and row of squares is black.
bool is_black_square(const Board& board, CharucoLayout layout, int column, int row);

/// Finds the corners next to visible markers, in either layout, printed black on white or white on
/// black. Each corner is fitted and has its sigma_px. The note says what was found: "legacy layout,
/// white on black". Reasons if no board is found: no_markers, other_markers (markers of the
/// dictionary with ids that the board does not have), too_few_corners (fewer than four, or all in
/// one line), refinement_diverged.
Detection detect_charuco(const cv::Mat& gray, const Board& board);

}  // namespace calib
