#include "target/board_pattern.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/errors.hpp"
#include "target/aprilgrid.hpp"
#include "target/charuco.hpp"

namespace calib {
namespace {

void add_rect(BoardPattern& pattern, const Eigen::Vector2d& low, const Eigen::Vector2d& high) {
  pattern.rects.push_back({low, high});
}

// Adds the black cells of a marker with its border, which together extend from `low` to `high`.
void add_marker(BoardPattern& pattern, const cv::Mat& code, int border, const Eigen::Vector2d& low,
                const Eigen::Vector2d& high) {
  const int cells = code.rows + 2 * border;
  const Eigen::Vector2d cell = (high - low) / cells;
  const auto is_black = [&](int x, int y) {
    const int cx = x - border, cy = y - border;
    const bool inside = cx >= 0 && cy >= 0 && cx < code.cols && cy < code.rows;
    return !inside || code.at<uchar>(cy, cx) == 0;
  };
  for (int y = 0; y < cells; ++y) {
    for (int x = 0; x < cells;) {
      int end = x;
      while (end < cells && is_black(end, y)) ++end;
      if (end > x) {
        add_rect(pattern, low + cell.cwiseProduct(Eigen::Vector2d(x, y)),
                 low + cell.cwiseProduct(Eigen::Vector2d(end, y + 1)));
      }
      x = end + 1;
    }
  }
}

void add_markers(BoardPattern& pattern, const Board& board, const MarkerPlaces& places,
                 int border) {
  for (const auto& [id, corners] : places)
    add_marker(pattern, marker_code(board.dictionary, id), border, corners[0], corners[2]);
}

// Adds the square in this column and row of squares. The board's point (column, row) is its lower
// right corner.
void add_square(BoardPattern& pattern, const Board& board, int column, int row) {
  const double s = board.square_m;
  const Eigen::Vector2d low((column - 1) * s, (row - 1) * s);
  add_rect(pattern, low, low + Eigen::Vector2d(s, s));
}

void add_squares(BoardPattern& pattern, const Board& board, CharucoLayout layout) {
  for (int row = 0; row <= board.corners_y; ++row)
    for (int column = 0; column <= board.corners_x; ++column)
      if (is_black_square(board, layout, column, row)) add_square(pattern, board, column, row);
}

void add_corner_squares(BoardPattern& pattern, const Board& board) {
  const double gap = board.square_m - board.marker_m;
  for (int row = 0; row <= board.corners_y / 2; ++row) {
    for (int column = 0; column <= board.corners_x / 2; ++column) {
      const Eigen::Vector2d high(column * board.square_m, row * board.square_m);
      add_rect(pattern, high - Eigen::Vector2d(gap, gap), high);
    }
  }
}

void bound(BoardPattern& pattern) {
  pattern.low = Eigen::Vector2d::Constant(1e9);
  pattern.high = -pattern.low;
  const auto include = [&](const Eigen::Vector2d& low, const Eigen::Vector2d& high) {
    pattern.low = pattern.low.cwiseMin(low);
    pattern.high = pattern.high.cwiseMax(high);
  };
  for (const PatternRect& rect : pattern.rects) include(rect.low, rect.high);
  for (const PatternDisc& disc : pattern.discs) {
    const Eigen::Vector2d reach = Eigen::Vector2d::Constant(disc.radius);
    include(disc.center - reach, disc.center + reach);
  }
}

// The length of the part of pixel i, which is [i, i + 1), that [low, high) covers.
double covered(double low, double high, int i) {
  return std::max(0.0, std::min(high, i + 1.0) - std::max(low, static_cast<double>(i)));
}

void darken_rect(const Eigen::Vector2d& low, const Eigen::Vector2d& high, cv::Mat& dark) {
  const int x0 = std::max(0, static_cast<int>(std::floor(low.x())));
  const int y0 = std::max(0, static_cast<int>(std::floor(low.y())));
  const int x1 = std::min(dark.cols, static_cast<int>(std::ceil(high.x())));
  const int y1 = std::min(dark.rows, static_cast<int>(std::ceil(high.y())));
  for (int y = y0; y < y1; ++y) {
    const double rows = covered(low.y(), high.y(), y);
    for (int x = x0; x < x1; ++x)
      dark.at<float>(y, x) += static_cast<float>(rows * covered(low.x(), high.x(), x));
  }
}

void darken_disc(const Eigen::Vector2d& center, double radius, cv::Mat& dark) {
  constexpr int kSteps = 8;
  const int reach = static_cast<int>(std::ceil(radius)) + 1;
  const int cx = static_cast<int>(center.x()), cy = static_cast<int>(center.y());
  for (int y = std::max(0, cy - reach); y < std::min(dark.rows, cy + reach + 1); ++y) {
    for (int x = std::max(0, cx - reach); x < std::min(dark.cols, cx + reach + 1); ++x) {
      int inside = 0;
      for (int i = 0; i < kSteps * kSteps; ++i) {
        const Eigen::Vector2d sample(x + (i % kSteps + 0.5) / kSteps,
                                     y + (i / kSteps + 0.5) / kSteps);
        if ((sample - center).squaredNorm() < radius * radius) ++inside;
      }
      dark.at<float>(y, x) += static_cast<float>(inside) / (kSteps * kSteps);
    }
  }
}

}  // namespace

double circle_diameter(const Board& board) {
  if (board.marker_m > 0) return board.marker_m;
  return 0.5 * board.square_m * (board.type == "acircles" ? std::numbers::sqrt2 : 1);
}

BoardPattern board_pattern(const Board& board, const PrintChoice& choice) {
  BoardPattern pattern;
  pattern.quiet_zone = board.square_m / 2;
  if (board.type == "chessboard") {
    add_squares(pattern, board, CharucoLayout::kNew);
  } else if (board.type == "charuco") {
    const auto layout = choice.legacy_layout ? CharucoLayout::kLegacy : CharucoLayout::kNew;
    add_squares(pattern, board, layout);
    add_markers(pattern, board, charuco_markers(board, layout), 1);
  } else if (board.type == "aprilgrid") {
    add_markers(pattern, board, aprilgrid_markers(board), choice.border_cells);
    if (choice.corner_squares) add_corner_squares(pattern, board);
  } else {
    for (int id = 0; id < corner_count(board); ++id)
      pattern.discs.push_back({flat_position(board, id), circle_diameter(board) / 2});
  }
  bound(pattern);
  return pattern;
}

cv::Mat rasterize(const BoardPattern& pattern, double pixels_a_meter) {
  const Eigen::Vector2d origin = pattern.low - Eigen::Vector2d::Constant(pattern.quiet_zone);
  const Eigen::Vector2d size = pixels_a_meter * (pattern.high - pattern.low +
                                                 Eigen::Vector2d::Constant(2 * pattern.quiet_zone));
  constexpr double kLargest = 3e8;
  require(size.x() * size.y() <= kLargest,
          "the board would have more than 300 million pixels: draw it with a lower --dpi");
  cv::Mat dark = cv::Mat::zeros(static_cast<int>(std::ceil(size.y() - 1e-6)),
                                static_cast<int>(std::ceil(size.x() - 1e-6)), CV_32F);
  const auto pixel = [&](const Eigen::Vector2d& p) -> Eigen::Vector2d {
    return pixels_a_meter * (p - origin);
  };
  for (const PatternRect& rect : pattern.rects)
    darken_rect(pixel(rect.low), pixel(rect.high), dark);
  for (const PatternDisc& disc : pattern.discs)
    darken_disc(pixel(disc.center), pixels_a_meter * disc.radius, dark);
  cv::Mat gray;
  dark.convertTo(gray, CV_8U, -255, 255);
  return gray;
}

}  // namespace calib
