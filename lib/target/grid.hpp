#pragma once
// A found grid of corners as points in the picture, and what can be asked of it.

#include <cmath>
#include <limits>
#include <opencv2/core/mat.hpp>
#include <opencv2/core/types.hpp>
#include <vector>

namespace calib {

/// Corners row by row, pixels. A corner that is not seen is a kHole.
struct Grid {
  int columns = 0, rows = 0;
  std::vector<cv::Point2d> points;
  const cv::Point2d& at(int column, int row) const { return points[row * columns + column]; }
  bool has(int column, int row) const;  ///< false for holes and outside the grid
};

inline const cv::Point2d kHole{std::numeric_limits<double>::quiet_NaN(),
                               std::numeric_limits<double>::quiet_NaN()};

inline bool Grid::has(int column, int row) const {
  return column >= 0 && row >= 0 && column < columns && row < rows &&
         !std::isnan(at(column, row).x);
}

/// From the seen neighbor before the corner to the one after it; from or to the corner itself
/// where one is not seen. (1, 0): along the row, (0, 1): along the column. Zero without neighbors.
cv::Point2d direction_at(const Grid& grid, int column, int row, int along_row, int along_column);

/// How far a window around the corner may reach before it meets the lines through its neighbors:
/// the distance to the nearest neighbor times the sine of the angle between the two lines, which
/// is the spacing of the lines where perspective squeezes the squares. 0 when a direction has no
/// neighbors.
double line_spacing(const Grid& grid, int column, int row);

/// Twice the sum of the squares' signed areas: positive when columns cross rows points away from
/// the camera, which is right-handed for a board seen from its printed side.
double signed_area(const Grid& grid);

/// Whether every square with four seen corners is convex and all turn the same way, as in a board's
/// picture through any lens.
bool is_unfolded(const Grid& grid);

/// Whether neighboring squares are alike, as they are in any picture of a board: no corner lies
/// further than a third of a square from the middle of its two neighbors, and every square is
/// nearly a parallelogram. False boards in clutter are not.
bool is_regular(const Grid& grid);

/// Mean gray level of the inner squares with the color of the square diagonally outside corner 0,
/// minus that of the others: negative when that square is dark. Squares with something printed in
/// them (ChArUco) count with their mean.
double outer_square_contrast(const cv::Mat& gray, const Grid& grid);

/// Whether the squares go on alternating past the ring of squares around the grid, on any side: the
/// grid is then a part of a larger board.
bool continues_outside(const cv::Mat& gray, const Grid& grid);

}  // namespace calib
