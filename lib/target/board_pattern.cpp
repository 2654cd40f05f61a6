#include "target/board_pattern.hpp"

#include <algorithm>
#include <cmath>

#include "base/errors.hpp"
#include "target/printed_boards.hpp"

namespace calib {
namespace {

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

double quiet_zone_m(const Board& board) {
  // A tag is often cut out with a margin of one cell.
  constexpr double kTagCell = 0.125;
  return board.type == &kTag ? kTagCell * board.marker_m : board.square_m / 2;
}

BoardPattern board_pattern(const Board& board, const PrintChoice& choice) {
  BoardPattern pattern = printed_board(board).draw(board, choice);
  pattern.quiet_zone = quiet_zone_m(board);
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
