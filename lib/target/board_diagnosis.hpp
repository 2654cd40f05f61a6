#pragma once
// If no board is found: finds out whether the images show a board of another size.

#include <opencv2/core/mat.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scene/board.hpp"

namespace calib {

struct BoardDiagnosis {
  Board board;     ///< the requested board with the size or first marker that was found instead
  int images = 0;  ///< number of images that show it
  /// "found a 9x6 board in 3 of 4 images, but 8x6 was asked for: use --board 9x6"
  std::string message;
};

/// What is said of a board of another size in `images` of the `looked_at` images.
BoardDiagnosis other_size_diagnosis(const Board& seen, int images, int looked_at,
                                    const Board& asked);

/// Looks for a board of any size in a few `images` (8-bit gray), which takes some tenths of a
/// second for each, and confirms it with a search for a whole board of that size. Returns the size
/// found in most images, and of equals the larger, or nullopt if no other size is found in at least
/// two images (one if there is only one). A 6x9 board counts as the same size as a 9x6 board,
/// because the detectors find either.
std::optional<BoardDiagnosis> diagnose_board(const std::vector<cv::Mat>& images,
                                             const Board& asked);

/// The same from the reasons that a detector gave for the images without the board, each with its
/// number of images. Returns the size that the reason "wrong_size 9x6" names most often, or the
/// least number that "wrong_first_marker 24" names, whichever reason is more frequent, or nullopt
/// if there is none. Of boards with codes, of which a picture may show a part, it is the
/// largest size that agrees with the most frequent one.
std::optional<BoardDiagnosis> diagnose_reasons(
    const std::vector<std::pair<std::string, int>>& reasons, const Board& asked);

/// Whether rows or columns of a board with codes are in no image, though its codes would not tell
/// that it has fewer. `seen` tells for each point whether any image shows it.
bool has_unseen_lines(const Board& asked, const std::vector<bool>& seen);

/// A smaller size of a board with codes than was asked for, from a few images in which it was
/// found. The lines of points that none shows (has_unseen_lines()) do not exist if most of these
/// images show the blank rim of the board in their place; something that covers them, or the edge
/// of the picture, is no such rim.
std::optional<BoardDiagnosis> diagnose_extent(const std::vector<cv::Mat>& images,
                                              const Board& asked, const std::vector<bool>& seen);

}  // namespace calib
