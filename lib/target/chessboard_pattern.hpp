#pragma once
// The printed chessboard as a function of position in its plane, from which synth draws boards.

#include <Eigen/Core>
#include <array>

#include "scene/board.hpp"
#include "target/board_pattern.hpp"

namespace calib {

/// Draws the dark squares. The square diagonally outside corner 0 is bright only for ChArUco boards
/// in the legacy layout.
BoardPattern draw_squares(const Board& board, bool top_left_is_dark = true);

/// Reflectance in [0, 1] at (x, y) meters in the board frame: 0 in dark squares, 1 in bright
/// squares and in the quiet zone, negative outside the sheet. The board has corners_x + 1 by
/// corners_y + 1 squares, of which the one diagonally outside corner 0 (toward -x -y) is dark. A
/// quiet zone, one square wide, surrounds them.
double chessboard_reflectance(const Board& board, double x, double y);

/// The distance in meters to the nearest line along which chessboard_reflectance can change. A
/// pixel whose footprint is smaller than twice this distance needs no supersampling.
double chessboard_edge_distance(const Board& board, double x, double y);

/// What a small area of the plane shows of the board.
struct ChessboardMean {
  double sheet = 0;   ///< share of the area that is on the board or its quiet zone
  double bright = 0;  ///< integral of the reflectance over that share, divided by the whole area
};

/// The exact mean over a convex quadrilateral, whose corners (meters) are given in order around it
/// in either direction: the quadrilateral is cut along the lines of the board, and the pieces are
/// weighted by their area.
ChessboardMean chessboard_mean(const Board& board, const std::array<Eigen::Vector2d, 4>& corners);
/// The same for a single point.
ChessboardMean chessboard_mean(const Board& board, const Eigen::Vector2d& point);

}  // namespace calib
