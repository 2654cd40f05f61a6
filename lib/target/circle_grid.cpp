#include "target/circle_grid.hpp"

#include <algorithm>
#include <numbers>
#include <opencv2/calib3d.hpp>
#include <opencv2/features2d.hpp>

#include "target/grid.hpp"

namespace calib {
namespace {

std::vector<cv::Point2f> centers(const cv::Mat& gray, const Board& board, int kind) {
  const cv::Size size(board.corners_x, board.corners_y);
  cv::SimpleBlobDetector::Params blobs;
  blobs.minArea = 12;
  blobs.maxArea = static_cast<float>(gray.total()) / 20;
  const auto detector = cv::SimpleBlobDetector::create(blobs);
  std::vector<cv::Point2f> points;
  for (const int flags : {kind, kind | cv::CALIB_CB_CLUSTERING})
    if (cv::findCirclesGrid(gray, size, points, flags, detector)) return points;
  return {};
}

// Makes the order right-handed as seen from the printed side. A mirrored order is corrected by
// reversing each row of a symmetric grid, or the order of the rows of an asymmetric grid, whose
// rows differ.
void make_right_handed(Grid& grid, bool asymmetric) {
  if (signed_area(grid) > 0) return;
  const auto row = [&](int i) { return grid.points.begin() + i * grid.columns; };
  if (!asymmetric) {
    for (int i = 0; i < grid.rows; ++i) std::reverse(row(i), row(i + 1));
  } else {
    for (int i = 0; i < grid.rows / 2; ++i)
      std::swap_ranges(row(i), row(i + 1), row(grid.rows - 1 - i));
  }
}

// Of the two orders that look the same, takes the one whose first circle is nearer to the top-left
// of the image.
void start_at_top_left(Grid& grid) {
  const auto from_corner = [](const cv::Point2d& p) { return p.x + p.y; };
  if (from_corner(grid.points.back()) < from_corner(grid.points.front()))
    std::reverse(grid.points.begin(), grid.points.end());
}

Detection find_circles(const cv::Mat& gray, const Board& board, bool asymmetric) {
  const int kind = asymmetric ? cv::CALIB_CB_ASYMMETRIC_GRID : cv::CALIB_CB_SYMMETRIC_GRID;
  std::vector<cv::Point2f> points = centers(gray, board, kind);
  const bool inverted = points.empty();
  if (inverted) points = centers(~gray, board, kind);
  if (points.empty()) return {{}, "no_board"};
  Grid grid{board.corners_x, board.corners_y, {points.begin(), points.end()}};
  make_right_handed(grid, asymmetric);
  if (!asymmetric || board.corners_y % 2 == 0) start_at_top_left(grid);
  Detection detection;
  for (int id = 0; id < corner_count(board); ++id) {
    const cv::Point2d& p = grid.points[static_cast<std::size_t>(id)];
    detection.corners.push_back({id, p.x, p.y});
  }
  detection.print.white_on_black = inverted;
  return detection;
}

// Draws the circles. `nearest_m` is the distance between neighbors.
BoardPattern discs(const Board& board, double nearest_m) {
  const double diameter = board.marker_m > 0 ? board.marker_m : 0.5 * nearest_m;
  BoardPattern pattern;
  for (int id = 0; id < corner_count(board); ++id)
    pattern.discs.push_back({flat_position(board, id), diameter / 2});
  return pattern;
}

}  // namespace

BoardPattern draw_circles(const Board& board, const PrintChoice&) {
  return discs(board, board.square_m);
}
BoardPattern draw_acircles(const Board& board, const PrintChoice&) {
  return discs(board, board.square_m * std::numbers::sqrt2);
}

Detection detect_circles(const cv::Mat& gray, const Board& board) {
  return find_circles(gray, board, false);
}
Detection detect_acircles(const cv::Mat& gray, const Board& board) {
  return find_circles(gray, board, true);
}

}  // namespace calib
