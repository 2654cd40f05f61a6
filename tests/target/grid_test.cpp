#include "target/grid.hpp"

#include <gtest/gtest.h>

#include <numbers>

namespace calib::testing {
namespace {

Grid square_grid(int columns, int rows, double spacing) {
  Grid grid{columns, rows, {}};
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < columns; ++column)
      grid.points.emplace_back(40 + spacing * column, 40 + spacing * row);
  }
  return grid;
}

TEST(Grid, LineSpacingIsThePerpendicularDistanceOfTheLines) {
  EXPECT_NEAR(line_spacing(square_grid(4, 3, 20), 1, 1), 20, 1e-9);
  Grid sheared = square_grid(4, 3, 20);  // Shearing by 45 degrees brings the columns closer.
  for (cv::Point2d& point : sheared.points) point.x += point.y;
  EXPECT_NEAR(line_spacing(sheared, 1, 1), 20 / std::numbers::sqrt2, 1e-9);
}

TEST(Grid, AreaIsPositiveForRightHandedIds) {
  Grid grid = square_grid(4, 3, 10);
  EXPECT_NEAR(signed_area(grid), 2 * 6 * 100, 1e-9);
  for (cv::Point2d& point : grid.points) point.x = -point.x;
  EXPECT_NEAR(signed_area(grid), -2 * 6 * 100, 1e-9);
}

TEST(Grid, FoldedAndIrregularGridsAreTold) {
  const Grid good = square_grid(5, 4, 20);
  EXPECT_TRUE(is_unfolded(good));
  EXPECT_TRUE(is_regular(good));
  Grid folded = good;
  std::swap(folded.points[6], folded.points[7]);
  EXPECT_FALSE(is_unfolded(folded));
  Grid uneven = good;
  uneven.points[7].x += 9;  // The squares are still convex.
  EXPECT_FALSE(is_regular(uneven));
}

TEST(Grid, SquaresThatALensBendsSmoothlyAreRegular) {
  // An equidistant fisheye of 180 degrees, with the board 2.5 squares in front of it and aside.
  Grid bent{9, 6, {}};
  for (int row = 0; row < bent.rows; ++row)
    for (int column = 0; column < bent.columns; ++column) {
      const double x = column - 2.5, y = row - 1.5, radius = std::hypot(x, y);
      const double pixels = 300 * std::atan2(radius, 2.5) / std::max(radius, 1e-9);
      bent.points.emplace_back(640 + pixels * x, 480 + pixels * y);
    }
  EXPECT_TRUE(is_regular(bent));
  Grid uneven = bent;
  uneven.points[22] += 0.45 * (bent.at(5, 2) - bent.at(4, 2));
  EXPECT_FALSE(is_regular(uneven));
  Grid jump = bent;  // The last column is taken from elsewhere.
  for (int row = 0; row < jump.rows; ++row)
    jump.points[row * 9 + 8] += 4 * (bent.at(8, row) - bent.at(7, row));
  EXPECT_FALSE(is_regular(jump));
  EXPECT_GT(roughness(jump), 2 * roughness(bent));
  erase_irregular(jump);
  for (int row = 0; row < jump.rows; ++row)
    for (int column = 0; column < jump.columns; ++column)
      EXPECT_EQ(jump.has(column, row), column < 8) << column << ", " << row;
}

// Draws the squares of the grid, with `extra` more squares on every side than a board has.
cv::Mat draw(const Grid& grid, double spacing, int extra) {
  cv::Mat picture(240, 280, CV_8U, cv::Scalar(230));
  for (int y = 0; y < picture.rows; ++y) {
    for (int x = 0; x < picture.cols; ++x) {
      const int column = static_cast<int>(std::floor((x - grid.points[0].x) / spacing));
      const int row = static_cast<int>(std::floor((y - grid.points[0].y) / spacing));
      const bool on_board = column >= -1 - extra && column <= grid.columns - 1 + extra &&
                            row >= -1 - extra && row <= grid.rows - 1 + extra;
      if (on_board && (column + row) % 2 == 0) picture.at<uchar>(y, x) = 30;
    }
  }
  return picture;
}

TEST(Grid, ColorOutsideCornerZeroAndLargerBoards) {
  Grid grid = square_grid(5, 4, 20);
  for (cv::Point2d& point : grid.points) point += cv::Point2d(50, 40);
  const cv::Mat board = draw(grid, 20, 0);
  EXPECT_LT(outer_square_contrast(board, grid), -100);
  cv::Mat inverted = 255 - board;
  EXPECT_GT(outer_square_contrast(inverted, grid), 100);
  EXPECT_FALSE(continues_outside(board, grid));
  EXPECT_TRUE(continues_outside(draw(grid, 20, 1), grid));
}

}  // namespace
}  // namespace calib::testing
