#include "target/grid.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <opencv2/calib3d.hpp>
#include <optional>

namespace calib {
namespace {

// Share of a square's width that is left out on each side, because edges are blurred and the
// homography of a distorted image is inexact.
constexpr double kMargin = 0.2;
constexpr int kSamples = 7;

struct Patch {
  double mean = 0;
  bool inside = false;  // whether all of it is inside the image
};

// The mean gray level of the square with these corners (in order around it), by bilinear mapping.
Patch square_mean(const cv::Mat& gray, const std::array<cv::Point2d, 4>& corners) {
  double sum = 0;
  for (int i = 0; i < kSamples; ++i)
    for (int j = 0; j < kSamples; ++j) {
      const double u = kMargin + (1 - 2 * kMargin) * i / (kSamples - 1);
      const double v = kMargin + (1 - 2 * kMargin) * j / (kSamples - 1);
      const cv::Point2d p = (1 - v) * ((1 - u) * corners[0] + u * corners[1]) +
                            v * ((1 - u) * corners[3] + u * corners[2]);
      const cv::Point pixel(static_cast<int>(std::lround(p.x)), static_cast<int>(std::lround(p.y)));
      if (!cv::Rect({}, gray.size()).contains(pixel)) return {};
      sum += gray.at<std::uint8_t>(pixel);
    }
  return {sum / (kSamples * kSamples), true};
}

Patch inner_square(const cv::Mat& gray, const Grid& grid, int column, int row) {
  return square_mean(gray, {grid.at(column, row), grid.at(column + 1, row),
                            grid.at(column + 1, row + 1), grid.at(column, row + 1)});
}

bool has_square(const Grid& grid, int column, int row) {
  return grid.has(column, row) && grid.has(column + 1, row) && grid.has(column, row + 1) &&
         grid.has(column + 1, row + 1);
}

// The same grid with its columns as rows.
Grid transposed(const Grid& grid) {
  Grid result{grid.rows, grid.columns, {}};
  for (int column = 0; column < grid.columns; ++column)
    for (int row = 0; row < grid.rows; ++row) result.points.push_back(grid.at(column, row));
  return result;
}

Grid upside_down(const Grid& grid) {
  Grid result{grid.columns, grid.rows, {}};
  for (int row = grid.rows - 1; row >= 0; --row)
    for (int column = 0; column < grid.columns; ++column)
      result.points.push_back(grid.at(column, row));
  return result;
}

// The homography from (column, row) to pixels near row 0: distortion is small over a few rows.
cv::Matx33d plane_at_row_0(const Grid& grid) {
  const int rows = std::min(grid.rows, 4);
  std::vector<cv::Point2d> from;
  for (int row = 0; row < rows; ++row)
    for (int column = 0; column < grid.columns; ++column) from.emplace_back(column, row);
  const std::vector<cv::Point2d> to(grid.points.begin(), grid.points.begin() + from.size());
  return cv::findHomography(from, to);
}

std::optional<cv::Point2d> map_point(const cv::Matx33d& plane, double column, double row) {
  const cv::Vec3d p = plane * cv::Vec3d(column, row, 1);
  if (p[2] <= 0) return {};  // beyond the horizon of the plane
  return cv::Point2d(p[0] / p[2], p[1] / p[2]);
}

// The square to the right of `column` and below `row`, which may lie outside the grid.
Patch outer_square(const cv::Mat& gray, const cv::Matx33d& plane, int column, int row) {
  std::array<cv::Point2d, 4> corners;
  constexpr std::array<std::array<int, 2>, 4> kAround = {{{0, 0}, {1, 0}, {1, 1}, {0, 1}}};
  for (std::size_t i = 0; i < corners.size(); ++i) {
    const auto p = map_point(plane, column + kAround[i][0], row + kAround[i][1]);
    if (!p) return {};
    corners[i] = *p;
  }
  return square_mean(gray, corners);
}

// Whether the row of squares before the ring around the grid alternates between dark and bright as
// the board does. If the board ends there, the row shows its margin or some background, which is
// unlikely to alternate over a whole row.
bool continues_before_row_0(const cv::Mat& gray, const Grid& grid) {
  const double contrast = outer_square_contrast(gray, grid);
  if (contrast == 0) return false;
  const cv::Matx33d plane = plane_at_row_0(grid);
  // The least difference between neighboring squares, as a share of the board's contrast.
  constexpr double kShare = 0.4;
  // Outer squares of the row may lie outside the image; with fewer squares there is no answer.
  const int enough = std::max(3, grid.columns - 1);
  int seen = 0;
  std::optional<double> previous;
  for (int column = -1; column < grid.columns; ++column) {
    const Patch square = outer_square(gray, plane, column, -2);
    if (!square.inside) {
      previous.reset();
      continue;
    }
    // For an even column, this square has the color of the square (-1, -1) outside corner 0.
    const double expected = column % 2 == 0 ? contrast : -contrast;
    if (previous && (square.mean - *previous) / expected < kShare) return false;
    seen += 1;
    previous = square.mean;
  }
  return seen >= enough;
}

// The mean steps to the neighbors of a corner, along its row and along its column.
struct Steps {
  cv::Point2d along_row, along_column;
};

cv::Point2d mean_step(const Grid& grid, int column, int row, int along_row, int along_column) {
  const int neighbors = grid.has(column + along_row, row + along_column) +
                        grid.has(column - along_row, row - along_column);
  return direction_at(grid, column, row, along_row, along_column) / std::max(1, neighbors);
}

std::vector<Steps> steps_of(const Grid& grid) {
  std::vector<Steps> steps;
  steps.reserve(grid.points.size());
  for (int row = 0; row < grid.rows; ++row)
    for (int column = 0; column < grid.columns; ++column)
      steps.push_back({mean_step(grid, column, row, 1, 0), mean_step(grid, column, row, 0, 1)});
  return steps;
}

// A finite difference of the grid, of the order `across` along the row and `down` along the column,
// and its largest length in squares.
struct DifferenceLimit {
  int across, down;
  double squares;
};

// A lens may halve the squares from one to the next, but does so smoothly. So the second
// differences are bounded loosely. The third ones are zero but for the change of the bend, and are
// up to three times (two times for mixed ones) the error of a single corner.
constexpr double kSmoothness = 0.35;
constexpr std::array<DifferenceLimit, 7> kDifferenceLimits = {{{2, 0, 1},
                                                               {1, 1, 1},
                                                               {0, 2, 1},
                                                               {3, 0, 3 * kSmoothness},
                                                               {2, 1, 2 * kSmoothness},
                                                               {1, 2, 2 * kSmoothness},
                                                               {0, 3, 3 * kSmoothness}}};

template <class Visit>
void for_each_block(const Grid& grid, const Visit& visit) {
  for (const DifferenceLimit& limit : kDifferenceLimits)
    for (int row = 0; row + limit.down < grid.rows; ++row)
      for (int column = 0; column + limit.across < grid.columns; ++column)
        visit(column, row, limit);
}

// The length of the difference over the block of corners that begins at (column, row). The unit is
// the mean square of the block with its own tilt, so that the view does not matter. Returns 0 if
// the block has holes.
double length_of(const Grid& grid, const std::vector<Steps>& steps, int column, int row,
                 const DifferenceLimit& limit) {
  constexpr std::array<std::array<int, 4>, 4> kBinomial = {
      {{1}, {-1, 1}, {1, -2, 1}, {-1, 3, -3, 1}}};
  cv::Point2d difference, along, down;
  for (int j = 0; j <= limit.down; ++j)
    for (int i = 0; i <= limit.across; ++i) {
      const Steps& step = steps[(row + j) * grid.columns + column + i];
      difference +=
          kBinomial[limit.across][i] * kBinomial[limit.down][j] * grid.at(column + i, row + j);
      along += step.along_row;
      down += step.along_column;
    }
  if (std::isnan(difference.x)) return 0;
  const int corners = (limit.across + 1) * (limit.down + 1);
  return corners * std::hypot(difference.cross(down), difference.cross(along)) /
         std::abs(along.cross(down));
}

// The corner for which the largest share of the blocks that contain it exceed their limits, and of
// such corners the one that exceeds them most: a wrong corner spoils all of its blocks, its
// neighbors are in good ones too. Returns -1 if no block exceeds its limit.
int least_regular_corner(const Grid& grid) {
  struct Tally {
    int blocks = 0, exceeding = 0;
    double excess = 0;
    double share() const { return blocks == 0 ? 0 : 1.0 * exceeding / blocks; }
  };
  const std::vector<Steps> steps = steps_of(grid);
  std::vector<Tally> tallies(grid.points.size());
  for_each_block(grid, [&](int column, int row, const DifferenceLimit& limit) {
    const double excess = length_of(grid, steps, column, row, limit) / limit.squares;
    for (int j = 0; j <= limit.down; ++j)
      for (int i = 0; i <= limit.across; ++i) {
        Tally& tally = tallies[(row + j) * grid.columns + column + i];
        ++tally.blocks;
        if (excess <= 1) continue;
        ++tally.exceeding;
        tally.excess += excess;
      }
  });
  const auto worst =
      std::max_element(tallies.begin(), tallies.end(), [](const Tally& a, const Tally& b) {
        return a.share() != b.share() ? a.share() < b.share() : a.excess < b.excess;
      });
  if (worst == tallies.end() || worst->exceeding == 0) return -1;
  return static_cast<int>(worst - tallies.begin());
}

}  // namespace

cv::Point2d direction_at(const Grid& grid, int column, int row, int along_row, int along_column) {
  const auto seen_or_self = [&](int c, int r) {
    return grid.has(c, r) ? grid.at(c, r) : grid.at(column, row);
  };
  return seen_or_self(column + along_row, row + along_column) -
         seen_or_self(column - along_row, row - along_column);
}

cv::Point2d line_direction(const Grid& grid, int column, int row, int along_row, int along_column) {
  for (const int side : {0, 1, -1}) {
    const int c = column + side * along_column, r = row + side * along_row;
    if (!grid.has(c, r)) continue;
    const cv::Point2d direction = direction_at(grid, c, r, along_row, along_column);
    if (direction != cv::Point2d()) return direction;
  }
  return {};
}

double line_spacing(const Grid& grid, int column, int row) {
  const cv::Point2d along_row = line_direction(grid, column, row, 1, 0);
  const cv::Point2d along_column = line_direction(grid, column, row, 0, 1);
  const double lengths = cv::norm(along_row) * cv::norm(along_column);
  if (!(lengths > 0)) return 0;

  double nearest = std::numeric_limits<double>::infinity();
  for (const auto& [dc, dr] : {std::array{1, 0}, {-1, 0}, {0, 1}, {0, -1}})
    if (grid.has(column + dc, row + dr))
      nearest = std::min(nearest, cv::norm(grid.at(column + dc, row + dr) - grid.at(column, row)));
  return nearest * std::abs(along_row.cross(along_column)) / lengths;
}

void erase_far_corners(std::vector<Corner>& corners, const Grid& grid, double share) {
  std::erase_if(corners, [&](const Corner& corner) {
    const int column = corner.id % grid.columns, row = corner.id / grid.columns;
    const cv::Point2d move = cv::Point2d(corner.x, corner.y) - grid.at(column, row);
    return cv::norm(move) > share * line_spacing(grid, column, row);
  });
}

double signed_area(const Grid& grid) {
  double sum = 0;
  for (int row = 0; row + 1 < grid.rows; ++row)
    for (int column = 0; column + 1 < grid.columns; ++column) {
      if (!has_square(grid, column, row)) continue;
      const cv::Point2d diagonal = grid.at(column + 1, row + 1) - grid.at(column, row);
      sum += diagonal.cross(grid.at(column, row + 1) - grid.at(column + 1, row));
    }
  return sum;
}

bool is_unfolded(const Grid& grid) {
  const double sign = signed_area(grid) > 0 ? 1 : -1;
  for (int row = 0; row + 1 < grid.rows; ++row)
    for (int column = 0; column + 1 < grid.columns; ++column) {
      if (!has_square(grid, column, row)) continue;
      const std::array<cv::Point2d, 4> p = {grid.at(column, row), grid.at(column + 1, row),
                                            grid.at(column + 1, row + 1), grid.at(column, row + 1)};
      for (int i = 0; i < 4; ++i)
        if (sign * (p[(i + 1) % 4] - p[i]).cross(p[(i + 2) % 4] - p[(i + 1) % 4]) <= 0)
          return false;
    }
  return true;
}

bool is_regular(const Grid& grid) {
  const std::vector<Steps> steps = steps_of(grid);
  bool regular = true;
  for_each_block(grid, [&](int column, int row, const DifferenceLimit& limit) {
    regular = regular && length_of(grid, steps, column, row, limit) <= limit.squares;
  });
  return regular;
}

double roughness(const Grid& grid) {
  const std::vector<Steps> steps = steps_of(grid);
  double sum = 0;
  int blocks = 0;
  for_each_block(grid, [&](int column, int row, const DifferenceLimit& limit) {
    if (limit.across + limit.down < 3) return;
    const double length = length_of(grid, steps, column, row, limit);
    sum += std::pow(length / limit.squares, 2);
    blocks += length > 0;
  });
  return std::sqrt(sum / std::max(1, blocks));
}

void erase_irregular(Grid& grid) {
  const int step = grid.gap == 1 ? 1 : 2;
  for (int first_row = 0; first_row < step; ++first_row)
    for (int first_column = 0; first_column < step; ++first_column) {
      Grid part;
      std::vector<int> ids;
      for (int row = first_row; row < grid.rows; row += step, ++part.rows)
        for (int column = first_column; column < grid.columns; column += step) {
          ids.push_back(row * grid.columns + column);
          part.points.push_back(grid.at(column, row));
        }
      part.columns = static_cast<int>(part.points.size()) / std::max(1, part.rows);
      for (int worst = least_regular_corner(part); worst >= 0; worst = least_regular_corner(part)) {
        part.points[worst] = kHole;
        grid.points[ids[worst]] = kHole;
      }
    }
}

double outer_square_contrast(const cv::Mat& gray, const Grid& grid) {
  std::array<double, 2> sum{};
  std::array<int, 2> count{};
  for (int row = 0; row + 1 < grid.rows; ++row)
    for (int column = 0; column + 1 < grid.columns; ++column) {
      const Patch square = inner_square(gray, grid, column, row);
      if (!square.inside) continue;
      sum[(row + column) % 2] += square.mean;
      count[(row + column) % 2] += 1;
    }
  if (count[0] == 0 || count[1] == 0) return 0;
  return sum[0] / count[0] - sum[1] / count[1];
}

bool continues_outside(const cv::Mat& gray, const Grid& grid) {
  for (const Grid& side :
       {grid, upside_down(grid), transposed(grid), upside_down(transposed(grid))})
    if (continues_before_row_0(gray, side)) return true;
  return false;
}

}  // namespace calib
