#pragma once
// A printed board as shapes on its plane: what is drawn on paper, and what synth shows of boards
// other than the chessboard (whose pixels it knows exactly, see chessboard_pattern.hpp).

#include <Eigen/Core>
#include <opencv2/core/mat.hpp>
#include <vector>

#include "scene/board.hpp"

namespace calib {

struct PatternRect {
  Eigen::Vector2d low, high;
};
struct PatternDisc {
  Eigen::Vector2d center;
  double radius = 0;
};

/// Dark shapes in board coordinates (meters, y down), which do not overlap.
struct BoardPattern {
  Eigen::Vector2d low, high;  ///< around all dark shapes
  double quiet_zone = 0;      ///< how much white paper must stay around them
  std::vector<PatternRect> rects;
  std::vector<PatternDisc> discs;
};

/// How a board can be printed where its type leaves a choice.
struct PrintChoice {
  bool legacy_layout = false;  ///< of charuco: see charuco.hpp
  bool corner_squares = true;  ///< of an aprilgrid: Kalibr's black squares between the tags
  int border_cells = 2;        ///< of an aprilgrid's tags: 2 as Kalibr, 1 as AprilTag
};

/// Throws Error when the dictionary has too few markers for the board.
BoardPattern board_pattern(const Board& board, const PrintChoice& choice = {});

/// The pattern in gray levels, 0 dark and 255 bright: CV_8U, pixel (0, 0) covers the corner at
/// low - quiet_zone. Every pixel holds the exact mean over its area (discs: by 64 samples).
cv::Mat rasterise(const BoardPattern& pattern, double pixels_a_meter);

}  // namespace calib
