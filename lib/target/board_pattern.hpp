#pragma once
// A printed board as shapes in its plane, for drawing it on paper, and for synth to render boards
// other than the chessboard (whose pixels it computes exactly, see chessboard_pattern.hpp).

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

/// Dark shapes, which do not overlap, in board coordinates (meters, y down).
struct BoardPattern {
  Eigen::Vector2d low, high;  ///< bounding box of all shapes
  double quiet_zone = 0;      ///< width of the white margin that must surround them
  std::vector<PatternRect> rects;
  std::vector<PatternDisc> discs;
};

/// The choices for printing some types of boards.
struct PrintChoice {
  bool legacy_layout = false;  ///< charuco: the legacy layout, see charuco.hpp
  bool corner_squares = true;  ///< aprilgrid: Kalibr's black squares between the tags
  int border_cells = 2;        ///< aprilgrid: width of the tags' border; Kalibr 2, AprilTag 1
};

/// The width of the white margin around a single board.
double quiet_zone_m(const Board& board);

/// Throws Error if the dictionary has too few markers for the board.
BoardPattern board_pattern(const Board& board, const PrintChoice& choice = {});

/// Renders the pattern: CV_8U, 0 is dark and 255 bright. The top-left corner of pixel (0, 0) is at
/// low - quiet_zone. Every pixel is the exact mean over its area (for discs, the mean of 64
/// samples). Throws Error if the image would have more than 300 million pixels.
cv::Mat rasterize(const BoardPattern& pattern, double pixels_a_meter);

}  // namespace calib
