#pragma once
// OpenCV's two chessboard detectors, used as they should be.

#include <optional>

#include "target/detection.hpp"

namespace calib {

/// cv::findChessboardCorners + cv::cornerSubPix. The sub-pixel window follows the local distance
/// between neighboring corners (a fixed window of 12 reaches the neighbors of a small board and
/// moves it whole). Before giving up it tries again without FAST_CHECK, then without
/// NORMALIZE_IMAGE, then on the inverted image (white-on-black prints). A board with a corner that
/// moved further than its window is refused.
Detection detect_opencv(const cv::Mat& gray, const Board& board);

/// cv::findChessboardCornersSB (Duda, Frese, "Accurate detection and localization of checkerboard
/// corners for calibration", BMVC 2018), its corners refined in the same way: slower, finds more on
/// blurred pictures.
Detection detect_sb(const cv::Mat& gray, const Board& board);

// Both find the board in either orientation: a 6x9 board is a 9x6 board with other ids. Reasons for
// nothing: no_contrast (a blank picture), too_small (the picture, for so many squares), no_board,
// refinement_diverged, part_of_larger_board (the squares go on outside the corners found).

/// The size of the largest chessboard that findChessboardCornersSB sees, whatever it is; corners_x
/// and corners_y may be swapped, and a part of the board may be missed.
std::optional<Board> find_any_board(const cv::Mat& gray);

}  // namespace calib
