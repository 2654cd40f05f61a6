#pragma once
// When nothing is found: is the board of another size than was said?

#include <opencv2/core/mat.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scene/board.hpp"

namespace calib {

struct BoardDiagnosis {
  Board board;        ///< the size that was found instead, turned as the one asked for
  int images = 0;     ///< in how many of the images looked at
  int looked_at = 0;  ///< it stops when it is sure
  std::string
      message;  ///< "found a 9x6 board in 3 of 4 images, but 8x6 was asked for: use --board 9x6"
};

/// Looks for a board of any size in `images` (8-bit gray, a handful: a few tenths of a second
/// each), and confirms what it sees by looking for exactly that size, which must be the whole
/// board. The size found in most images wins, the larger one of two. Nothing when no other size is
/// found in at least two images (one, if only one is given). A transposed size is not another size:
/// the detectors find a 9x6 board that was called 6x9.
std::optional<BoardDiagnosis> diagnose_board(const std::vector<cv::Mat>& images,
                                             const Board& asked);

/// The same from the reasons that a detector gave ("wrong_size 9x6") for the images that lack the
/// board, each with the number of its images; nothing when none is of that kind. The size named
/// most often wins.
std::optional<BoardDiagnosis> diagnose_reasons(
    const std::vector<std::pair<std::string, int>>& reasons, const Board& asked);

}  // namespace calib
