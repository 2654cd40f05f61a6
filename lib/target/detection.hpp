#pragma once
// What a detector says of one image: a board's corners, or why there is none.

#include <compare>
#include <opencv2/core/mat.hpp>
#include <string>
#include <vector>

#include "scene/observations.hpp"

namespace calib {

/// How a board is printed, where that had to be found out.
struct FoundPrint {
  bool legacy_layout = false;  ///< of charuco boards
  bool white_on_black = false;
  auto operator<=>(const FoundPrint&) const = default;
};
/// "legacy layout, white on black"; empty for what is usual.
std::string to_text(FoundPrint print);

struct Detection {
  std::vector<Corner> corners;  ///< rising ids, canonical order; empty when nothing was found
  std::string reason;  ///< why nothing was found (no_board, too_small, ...); empty otherwise
  FoundPrint print = {};
  bool found() const { return !corners.empty(); }
};

/// Such a board is there, but its squares go on beyond the corners asked for.
inline constexpr const char* kPartOfLargerBoard = "part_of_larger_board";
/// Begins the reason "wrong_size 9x6": a whole board of that size is there.
inline constexpr const char* kWrongSize = "wrong_size";

/// Gray, 8 bit, one channel in; thread-safe.
using DetectFunction = Detection (*)(const cv::Mat& gray, const Board& board);

}  // namespace calib
