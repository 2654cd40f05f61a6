#pragma once
// PuzzleBoards: chessboards with a dot in the middle of each edge between two squares, white or
// black. Any few squares tell where they are in a pattern of 501 x 501 corners (P. Stelldinger, N.
// Schoenherr, J. Biermann: PuzzleBoard, a new camera calibration pattern with position encoding,
// GCPR 2024; its code tables are in the public domain, CC0).

#include "target/board_pattern.hpp"
#include "target/detection.hpp"

namespace calib {

/// The pattern repeats after this many corners, both ways.
inline constexpr int kPuzzlePeriod = 501;

/// Board::first_marker is 501 * row + column of corner 0 in the pattern.
BoardPattern draw_puzzleboard(const Board& board, const PrintChoice& choice);

/// Finds the corners of all parts of the board that can be seen. Reasons if there are none:
/// "wrong_size 9x6", "wrong_first_marker 0", no_board, too_few_corners (fewer than four, or all in
/// one line).
Detection detect_puzzleboard(const cv::Mat& gray, const Board& board);

/// Looks for any part of the pattern in a few images in which the board was not found, and says
/// where a board starts that has it; "" if they show none.
std::string diagnose_puzzleboard(const std::vector<cv::Mat>& images, const Board& asked);

}  // namespace calib
