#pragma once
// When nothing is found: is the board of another size than was said?

#include <optional>
#include <string>
#include <vector>

#include "target/detector_list.hpp"

namespace calib {

struct BoardDiagnosis {
  Board board;     ///< the size that was found instead
  int images = 0;  ///< in how many of the images looked at
  int looked_at = 0;
  std::string
      message;  ///< "found a 9x6 board in 5 of 6 images, but 6x9 was asked for: use --board 9x6"
};

/// Tries the transposed size and +-1 in each count on `images` (8-bit grey, a handful) with
/// findChessboardCornersSB's EXACT size rules, most likely first. Nothing when no other size is
/// found in at least two images (one, if only one is given). A sub-board of a larger board is not
/// offered: the largest size found in most images wins.
std::optional<BoardDiagnosis> diagnose_board(const std::vector<cv::Mat>& images,
                                             const Board& asked);

}  // namespace calib
