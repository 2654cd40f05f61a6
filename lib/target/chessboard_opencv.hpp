#pragma once
// The two chessboard detectors of OpenCV, tried with several sets of flags.
//
// Both find the board in either orientation: a 6x9 board is a 9x6 board with other ids. Reasons if
// no board is found: no_contrast (a blank image), too_small (the image, for so many squares),
// no_board, refinement_diverged, part_of_larger_board.

#include <optional>

#include "target/detection.hpp"

namespace calib {

/// cv::findChessboardCorners, then cv::cornerSubPix with a window that follows the local distance
/// between neighboring corners (a fixed window of 12 pixels reaches the neighbors of a small board
/// and shifts the whole board). Tries again without FAST_CHECK, then without NORMALIZE_IMAGE, then
/// on the negative image (for white-on-black prints). Rejects a board if a corner moves further
/// than its window.
Detection detect_opencv(const cv::Mat& gray, const Board& board);

/// cv::findChessboardCornersSB (Duda, Frese, "Accurate detection and localization of checkerboard
/// corners for calibration", BMVC 2018), refined in the same way. Slower than detect_opencv, but
/// finds more boards in blurred images.
Detection detect_sb(const cv::Mat& gray, const Board& board);

/// The size of the largest chessboard that findChessboardCornersSB finds, whatever its size.
/// corners_x and corners_y may be swapped, and a part of the board may be missing.
std::optional<Board> find_any_board(const cv::Mat& gray);

}  // namespace calib
