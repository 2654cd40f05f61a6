#pragma once
// THE LIST of what each board type needs for pictures: how it is printed, which detector finds it,
// and what to check if it is not found. All else is in scene/board_types.hpp.

#include <opencv2/core/mat.hpp>
#include <string>
#include <vector>

#include "target/board_pattern.hpp"
#include "target/detector_list.hpp"

namespace calib {

struct PrintedBoard {
  const BoardType* type;
  /// Draws the dark shapes. board_pattern() adds their bounds.
  BoardPattern (*draw)(const Board& board, const PrintChoice& choice);
  DetectFunction detect;  ///< nullptr: --detector chooses one of detectors()
  /// Returns one line that says what a few images without the board (8-bit gray) show instead and
  /// what to do, or "" if nothing was recognized. nullptr: this type has no such check.
  std::string (*diagnose)(const std::vector<cv::Mat>& images, const Board& asked);
};

/// The row of the type of a single board. Throws Error for several boards.
const PrintedBoard& printed_board(const Board& board);

/// The function that finds `board`: the chosen detector for a chessboard, otherwise the only
/// detector of the type.
DetectFunction detector_of(const Board& board, const Detector& chosen = detectors().front());

}  // namespace calib
