#pragma once
// A detected grid of corners in pixels, and tests whether it is a picture of a chessboard.

#include <cmath>
#include <limits>
#include <opencv2/core/mat.hpp>
#include <opencv2/core/types.hpp>
#include <vector>

#include "scene/observations.hpp"

namespace calib {

/// Corners row by row, pixels. A corner that was not detected is kHole.
struct Grid {
  int columns = 0, rows = 0;
  std::vector<cv::Point2d> points;
  /// On the board, from an odd line of corners to the next, as a multiple of the distance from an
  /// even line to the next (from tag to tag and across a tag).
  double gap = 1;
  /// How far around a corner nothing but its four squares is printed, as a share of line_spacing().
  double clear = 1;
  const cv::Point2d& at(int column, int row) const { return points[row * columns + column]; }
  bool has(int column, int row) const;  ///< false for holes and outside the grid
};

inline const cv::Point2d kHole{std::numeric_limits<double>::quiet_NaN(),
                               std::numeric_limits<double>::quiet_NaN()};

inline bool Grid::has(int column, int row) const {
  return column >= 0 && row >= 0 && column < columns && row < rows &&
         !std::isnan(at(column, row).x);
}

/// The vector from the previous neighbor of the corner to its next neighbor, along the row for
/// (1, 0) and along the column for (0, 1). The corner itself stands in for a missing neighbor, so
/// that the result is zero if both are missing.
cv::Point2d direction_at(const Grid& grid, int column, int row, int along_row, int along_column);

/// The same, or if both neighbors are missing, that of a neighbor in the other line.
cv::Point2d line_direction(const Grid& grid, int column, int row, int along_row, int along_column);

/// How far a window around the corner can reach before it meets the grid lines through the
/// neighbors, pixels: the distance to the nearest neighbor times the sine of the angle between the
/// two lines through the corner. Returns 0 if the direction of one of them is not known.
double line_spacing(const Grid& grid, int column, int row);

/// Removes the corners whose distance from their place in the grid is larger than `share` times
/// line_spacing().
void erase_far_corners(std::vector<Corner>& corners, const Grid& grid, double share);

/// Twice the sum of the signed areas of the squares: positive if columns cross rows points away
/// from the camera, which is right-handed for a board seen from its printed side.
double signed_area(const Grid& grid);

/// Whether all complete squares are convex and have the same orientation, which holds for the image
/// of a board through any lens.
bool is_unfolded(const Grid& grid);

/// Whether the squares change smoothly from one to the next, as they do in every image of a board,
/// but not in false boards made of clutter: each corner lies within about a third of a square of
/// where a smooth bend of its lines leads, and neighboring squares differ at most threefold.
bool is_regular(const Grid& grid);

/// How uneven the squares are: the RMS of how far corners lie from where a smooth bend of their
/// lines leads, as a share of what is_regular() allows. 0.01 to 0.1 for most boards, up to 0.3 for
/// boards near a fisheye, and more for most clutter.
double roughness(const Grid& grid);

/// Turns corners that do not fit their neighbors into holes, until the grid is regular. If the
/// distances between its lines alternate (Grid::gap), until every second line of it is.
void erase_irregular(Grid& grid);

/// The mean gray level of the inner squares that have the color of the square diagonally outside
/// corner 0, minus the mean of the other inner squares. Negative if that outer square is dark. Also
/// works if markers are printed inside the squares (ChArUco).
double outer_square_contrast(const cv::Mat& gray, const Grid& grid);

/// Whether, on any side, the squares continue to alternate beyond the ring of squares around the
/// grid: the grid is then a part of a larger board.
bool continues_outside(const cv::Mat& gray, const Grid& grid);

}  // namespace calib
