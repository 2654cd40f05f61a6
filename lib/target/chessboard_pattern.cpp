#include "target/chessboard_pattern.hpp"

#include <algorithm>
#include <cmath>

namespace calib {
namespace {

// Cell (i, j) extends from corner line i to i + 1 in units of squares. The squares of the board are
// the cells -1 to corners - 1; the quiet zone adds the cells -2 and corners.
constexpr int kFirstSquare = -1;
constexpr int kFirstCell = kFirstSquare - 1;

bool is_dark(const Board& board, int i, int j) {
  const bool square =
      i >= kFirstSquare && i < board.corners_x && j >= kFirstSquare && j < board.corners_y;
  return square && (i + j) % 2 == 0;
}

bool on_sheet(const Board& board, int i, int j) {
  return i >= kFirstCell && i <= board.corners_x && j >= kFirstCell && j <= board.corners_y;
}

// The clamp keeps coordinates far outside the board within the range of an integer.
int cell_of(double squares, int corners) {
  return static_cast<int>(std::clamp(std::floor(squares), kFirstCell - 1.0, corners + 1.0));
}

// The distance from (x, y) to the outline of [x0, x1] x [y0, y1], inside or outside.
double outline_distance(double x, double y, double x0, double x1, double y0, double y1) {
  const double beyond_x = std::max(x0 - x, x - x1);
  const double beyond_y = std::max(y0 - y, y - y1);
  if (beyond_x <= 0 && beyond_y <= 0) return -std::max(beyond_x, beyond_y);
  return std::hypot(std::max(beyond_x, 0.0), std::max(beyond_y, 0.0));
}

// A convex polygon of at most eight corners: a quadrilateral, and each of four cuts adds at most
// one corner.
struct Polygon {
  std::array<Eigen::Vector2d, 8> corners;
  int count = 0;
  void add(const Eigen::Vector2d& corner) { corners[static_cast<std::size_t>(count++)] = corner; }
  const Eigen::Vector2d& at(int i) const { return corners[static_cast<std::size_t>(i % count)]; }
};

double area(const Polygon& polygon) {
  double twice = 0;
  for (int i = 1; i + 1 < polygon.count; ++i) {
    const Eigen::Vector2d a = polygon.at(i) - polygon.at(0);
    const Eigen::Vector2d b = polygon.at(i + 1) - polygon.at(0);
    twice += a.x() * b.y() - a.y() * b.x();
  }
  return std::abs(twice) / 2;
}

// The part of the polygon where side * (coordinate - limit) >= 0 (Sutherland and Hodgman,
// "Reentrant polygon clipping", CACM 1974).
Polygon cut(const Polygon& polygon, int axis, double limit, double side) {
  Polygon kept;
  for (int i = 0; i < polygon.count; ++i) {
    const Eigen::Vector2d& a = polygon.at(i);
    const Eigen::Vector2d& b = polygon.at(i + 1);
    const double inside_a = side * (a[axis] - limit);
    const double inside_b = side * (b[axis] - limit);
    if (inside_a >= 0) kept.add(a);
    if (inside_a * inside_b < 0) kept.add(a + (b - a) * (inside_a / (inside_a - inside_b)));
  }
  return kept;
}

Polygon cut_to_cell(const Polygon& polygon, int axis, int cell) {
  return cut(cut(polygon, axis, cell, 1), axis, cell + 1, -1);
}

// The first and last cell that the polygon overlaps along an axis.
std::pair<int, int> cell_range(const Polygon& polygon, int axis, int corners) {
  double low = polygon.at(0)[axis], high = low;
  for (int i = 1; i < polygon.count; ++i) {
    low = std::min(low, polygon.at(i)[axis]);
    high = std::max(high, polygon.at(i)[axis]);
  }
  return {std::max(cell_of(low, corners), kFirstCell), std::min(cell_of(high, corners), corners)};
}

}  // namespace

BoardPattern draw_squares(const Board& board, bool top_left_is_dark) {
  BoardPattern pattern;
  const double s = board.square_m;
  for (int j = kFirstSquare; j < board.corners_y; ++j) {
    for (int i = kFirstSquare; i < board.corners_x; ++i) {
      if (is_dark(board, i, j) != top_left_is_dark) continue;
      const Eigen::Vector2d low(i * s, j * s);
      pattern.rects.push_back({low, low + Eigen::Vector2d(s, s)});
    }
  }
  return pattern;
}

double chessboard_reflectance(const Board& board, double x, double y) {
  const int i = cell_of(x / board.square_m, board.corners_x);
  const int j = cell_of(y / board.square_m, board.corners_y);
  if (!on_sheet(board, i, j)) return -1;
  return is_dark(board, i, j) ? 0 : 1;
}

double chessboard_edge_distance(const Board& board, double x, double y) {
  const double u = x / board.square_m, v = y / board.square_m;
  const double squares = outline_distance(u, v, -1, board.corners_x, -1, board.corners_y);
  const double sheet = outline_distance(u, v, -2, board.corners_x + 1, -2, board.corners_y + 1);
  double nearest = std::min(squares, sheet);
  if (u > -1 && u < board.corners_x && v > -1 && v < board.corners_y) {
    nearest = std::min({nearest, std::abs(u - std::round(u)), std::abs(v - std::round(v))});
  }
  return nearest * board.square_m;
}

ChessboardMean chessboard_mean(const Board& board, const Eigen::Vector2d& point) {
  const double value = chessboard_reflectance(board, point.x(), point.y());
  return {value < 0 ? 0.0 : 1.0, std::max(value, 0.0)};
}

ChessboardMean chessboard_mean(const Board& board, const std::array<Eigen::Vector2d, 4>& corners) {
  Polygon whole;
  for (const Eigen::Vector2d& corner : corners) whole.add(corner / board.square_m);
  const double whole_area = area(whole);
  if (!(whole_area > 0)) return chessboard_mean(board, corners[0]);  // The board is seen edge-on.
  ChessboardMean mean;
  const auto [first_i, last_i] = cell_range(whole, 0, board.corners_x);
  for (int i = first_i; i <= last_i; ++i) {
    const Polygon column = cut_to_cell(whole, 0, i);
    if (column.count == 0) continue;
    const auto [first_j, last_j] = cell_range(column, 1, board.corners_y);
    for (int j = first_j; j <= last_j; ++j) {
      const double share = area(cut_to_cell(column, 1, j)) / whole_area;
      mean.sheet += share;
      if (!is_dark(board, i, j)) mean.bright += share;
    }
  }
  return mean;
}

}  // namespace calib
