#pragma once
// THE LIST of what has to do with pictures of each board type: how it is printed, who finds it, and
// what to look for where it is not found. What a board is without pictures stands in
// scene/board_types.hpp.

#include <opencv2/core/mat.hpp>
#include <string>
#include <vector>

#include "target/board_pattern.hpp"
#include "target/detector_list.hpp"

namespace calib {

struct PrintedBoard {
  const BoardType* type;
  /// The dark shapes; board_pattern() adds what bounds them.
  BoardPattern (*draw)(const Board& board, const PrintChoice& choice);
  DetectFunction detect;  ///< nullptr: there are several, and --detector chooses
  /// What a few images without the board (8-bit gray) show instead, and what to do: one line, or ""
  /// if nothing can be said. nullptr: there is nothing to look for.
  std::string (*diagnose)(const std::vector<cv::Mat>& images, const Board& asked);
};

/// The row of a single board's type.
const PrintedBoard& printed_board(const Board& board);

/// The function that finds `board`: for a chessboard the chosen detector, for others the only one.
DetectFunction detector_of(const Board& board, const Detector& chosen = detectors().front());

}  // namespace calib
