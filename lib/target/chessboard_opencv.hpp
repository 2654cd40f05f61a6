#pragma once
// OpenCV's two chessboard detectors, used as they should be.

#include "target/detection.hpp"

namespace calib {

/// cv::findChessboardCorners + cv::cornerSubPix. The sub-pixel window follows the local distance
/// between neighbouring corners (a fixed window of 12 reaches the neighbours of a small board and
/// moves it whole). Before giving up it tries again without FAST_CHECK, then without
/// NORMALIZE_IMAGE, then on the inverted image (white-on-black prints). Corners that moved further
/// than the local window are refused: a board with such a corner is no_board.
Detection detect_opencv(const cv::Mat& grey, const Board& board);

/// cv::findChessboardCornersSB (Duda, Frese, "Accurate detection and localization of checkerboard
/// corners for calibration", BMVC 2018): slower, finds more on blurred pictures.
Detection detect_sb(const cv::Mat& grey, const Board& board);

}  // namespace calib
