#pragma once
// The result of a detector for one image: the corners of the board, or the reason why it found
// none.

#include <cmath>
#include <compare>
#include <opencv2/core/mat.hpp>
#include <string>
#include <vector>

#include "base/errors.hpp"
#include "scene/observations.hpp"

namespace calib {

/// How a board is printed, if the detector had to find this out.
struct FoundPrint {
  bool legacy_layout = false;  ///< of ChArUco boards
  bool white_on_black = false;
  auto operator<=>(const FoundPrint&) const = default;
};
/// For example "legacy layout, white on black"; empty for a board with neither.
std::string to_text(FoundPrint print);

struct Detection {
  std::vector<Corner> corners;  ///< by rising id, in canonical order; empty if no board was found
  std::string reason;  ///< why no board was found (no_board, too_small, ...); otherwise empty
  FoundPrint print = {};
  std::vector<int> repeated = {};  ///< the single tags (parts of the board) that are left out,
                                   ///< because the picture shows them more than once; rising
  bool found() const { return !corners.empty(); }
};

/// Reason: the image shows a chessboard that continues beyond the requested number of corners.
inline constexpr const char* kPartOfLargerBoard = "part_of_larger_board";
/// First word of the reason "wrong_size 9x6": the image shows a whole chessboard of that size.
inline constexpr const char* kWrongSize = "wrong_size";

/// `gray` is 8-bit with one channel. Detectors are thread-safe.
using DetectFunction = Detection (*)(const cv::Mat& gray, const Board& board);

/// Throws Error if a chessboard detector cannot work with this image or board.
inline void check_chessboard_input(const cv::Mat& gray, const Board& board) {
  require(board.corners_x >= 3 && board.corners_y >= 3,
          "board " + size_text(board) +
              ": found fewer than 3 inner corners in a direction, expected at least 3x3: count the "
              "corners where four squares meet");
  require(gray.empty() || gray.type() == CV_8UC1, "a detector needs an 8-bit gray picture");
}

/// Whether the image is so small that no view of the chessboard in it has squares of 4 pixels,
/// which every detector needs.
inline bool is_too_small(cv::Size image, const Board& board) {
  const double across = 4.0 * (board.corners_x - 1), down = 4.0 * (board.corners_y - 1);
  return std::min(image.width, image.height) < std::min(across, down) ||
         std::hypot(image.width, image.height) < std::hypot(across, down);
}

}  // namespace calib
