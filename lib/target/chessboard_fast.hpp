#pragma once
// The chessboard detector of this project: finds saddle points (corner/), links them into a
// lattice, finds the board in the lattice, and refines each corner with a model of a blurred
// corner.

#include "target/detection.hpp"

namespace calib {

/// Finds boards that are printed dark on bright or bright on dark, with or without markers inside
/// the squares, also if the image's border cuts them or something covers a part of them. A partial
/// board is only accepted if its border determines the ids of the corners without doubt. Every
/// corner has its sigma_px. Reasons if no board is found: no_board, partial_ambiguous (a part of
/// the board whose ids are not certain), "wrong_size 9x6" (a whole board of that size),
/// part_of_larger_board, refinement_diverged, too_small (the image, for so many squares).
Detection detect_fast(const cv::Mat& gray, const Board& board);

}  // namespace calib
