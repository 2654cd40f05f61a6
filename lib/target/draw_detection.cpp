#include "target/draw_detection.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <optional>

#include "scene/flat_points.hpp"

namespace calib {
namespace {

// Coordinates with kShift fractional bits, as OpenCV's drawing functions take them.
constexpr int kShift = 4;
cv::Point fine(const Corner& corner) {
  return {static_cast<int>(std::lround(corner.x * (1 << kShift))),
          static_cast<int>(std::lround(corner.y * (1 << kShift)))};
}

cv::Scalar row_color(int row, int rows) {
  const cv::Mat hsv(1, 1, CV_8UC3, cv::Scalar(170.0 * row / std::max(1, rows), 255, 255));
  cv::Mat bgr;
  cv::cvtColor(hsv, bgr, cv::COLOR_HSV2BGR);
  return bgr.at<cv::Vec3b>(0, 0);
}

void write_text(cv::Mat& picture, const std::string& text, cv::Point place, double size) {
  const int thickness = std::max(1, static_cast<int>(2 * size));
  cv::putText(picture, text, place, cv::FONT_HERSHEY_SIMPLEX, size, {0, 0, 0}, 3 * thickness,
              cv::LINE_AA);
  cv::putText(picture, text, place, cv::FONT_HERSHEY_SIMPLEX, size, {255, 255, 255}, thickness,
              cv::LINE_AA);
}

}  // namespace

cv::Mat draw_corners(const cv::Mat& gray, const Board& board, const std::vector<Corner>& corners,
                     const std::string& caption) {
  cv::Mat picture;
  cv::cvtColor(gray, picture, cv::COLOR_GRAY2BGR);
  const double size = std::max(0.4, picture.cols / 1600.0);
  const int radius = static_cast<int>(6 * size) + 2;
  for (const FlatPoints<Corner>& part : flat_parts<Corner>(board, corners)) {
    std::optional<Corner> before;
    for (const Corner& corner : part.points) {
      const int row = corner.id / part.board->corners_x;
      const cv::Scalar color = row_color(row, part.board->corners_y);
      const bool same_row = before && before->id / part.board->corners_x == row;
      if (same_row) cv::line(picture, fine(*before), fine(corner), color, 1, cv::LINE_AA, kShift);
      cv::circle(picture, fine(corner), radius << kShift, color, corner.id == 0 ? cv::FILLED : 1,
                 cv::LINE_AA, kShift);
      if (!same_row) {
        write_text(picture, std::to_string(corner.id),
                   {static_cast<int>(corner.x) + radius, static_cast<int>(corner.y) - radius},
                   0.8 * size);
      }
      before = corner;
    }
  }
  write_text(picture, caption, {static_cast<int>(10 * size), static_cast<int>(34 * size)}, size);
  return picture;
}

cv::Mat shrunk_to_tile(const cv::Mat& picture, int width_px) {
  constexpr double kTallest = 4;  // largest height of a tile as a multiple of its width
  const double fitting =
      std::min({1.0, 1.0 * width_px / picture.cols, kTallest * width_px / picture.rows});
  const double scale = std::max(fitting, 1.0 / std::min(picture.cols, picture.rows));
  if (scale == 1) return picture;
  cv::Mat tile;
  cv::resize(picture, tile, {}, scale, scale, cv::INTER_AREA);
  return tile;
}

cv::Mat contact_sheet(const std::vector<cv::Mat>& tiles) {
  if (tiles.empty()) return {};
  cv::Size largest(1, 1);
  for (const cv::Mat& tile : tiles)
    largest = {std::max(largest.width, tile.cols), std::max(largest.height, tile.rows)};
  const int count = static_cast<int>(tiles.size());
  const int columns = static_cast<int>(std::ceil(std::sqrt(static_cast<double>(count))));
  const int rows = (count + columns - 1) / columns;
  cv::Mat sheet(rows * largest.height, columns * largest.width, tiles.front().type(),
                cv::Scalar::all(0));
  for (int i = 0; i < count; ++i) {
    const cv::Point corner(i % columns * largest.width, i / columns * largest.height);
    tiles[static_cast<std::size_t>(i)].copyTo(
        sheet(cv::Rect(corner, tiles[static_cast<std::size_t>(i)].size())));
  }
  return sheet;
}

}  // namespace calib
