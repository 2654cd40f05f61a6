#pragma once
// The printed chessboard as a function of the plane: what synth draws and detectors look for.

#include <Eigen/Core>
#include <array>

#include "scene/board.hpp"
#include "target/board_pattern.hpp"

namespace calib {

/// The dark squares as shapes. `top_left_is_dark` is false for charuco boards in the legacy layout
/// only.
BoardPattern draw_squares(const Board& board, bool top_left_is_dark = true);

/// Reflectance in [0, 1] at (x, y) meters in the board frame: dark squares 0, bright squares and
/// the quiet zone 1. The board has corners_x + 1 by corners_y + 1 squares, the square diagonally
/// outside corner 0 (toward -x -y) is dark, and a quiet zone of one square lies around them.
/// Outside the quiet zone: negative (nothing there).
double chessboard_reflectance(const Board& board, double x, double y);

/// The distance (meters) to the nearest line along which chessboard_reflectance can jump: where it
/// is larger than half a pixel's footprint, a pixel needs no supersampling.
double chessboard_edge_distance(const Board& board, double x, double y);

/// What a small area of the plane shows of the board.
struct ChessboardMean {
  double sheet = 0;   ///< share of the area on the board or its quiet zone
  double bright = 0;  ///< integral of the reflectance over that share, divided by the whole area
};

/// The exact mean over a convex quadrilateral (corners in order, either way round; meters): the
/// quadrilateral is cut along the lines of the board and the pieces are weighed by their area.
ChessboardMean chessboard_mean(const Board& board, const std::array<Eigen::Vector2d, 4>& corners);

}  // namespace calib
