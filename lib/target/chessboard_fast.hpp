#pragma once
// Our own chessboard detector: saddle points (corner/), linked into a lattice, laid on the board,
// refined by a model of the blurred corner.

#include "target/detection.hpp"

namespace calib {

/// Finds boards, dark on bright or bright on dark, with markers printed inside the squares or not,
/// cut by the picture's border or partly covered. A board of which something is missing is only
/// taken where its rim tells beyond doubt which corners are seen. Every corner has its sigma_px.
/// Reasons for nothing: no_board, partial_ambiguous (a part of the board, but which?), "wrong_size
/// 9x6" (that whole board is there), part_of_larger_board, refinement_diverged, too_small (the
/// picture, for so many squares).
Detection detect_fast(const cv::Mat& gray, const Board& board);

}  // namespace calib
