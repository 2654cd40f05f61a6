#include "target/marker_board.hpp"

#include <algorithm>
#include <opencv2/calib3d.hpp>

#include "base/median.hpp"

namespace calib {
namespace {

// The tolerance of the homography as a share of the median side of the markers.
constexpr double kTolerance = 0.5;
constexpr std::size_t kNearest = 4;

cv::Point2d to_cv(const Eigen::Vector2d& p) { return {p.x(), p.y()}; }

cv::Point2d mapped(const cv::Mat& H, const cv::Point2d& p) {
  const cv::Vec3d image = cv::Matx33d(H) * cv::Vec3d(p.x, p.y, 1);
  return {image[0] / image[2], image[1] / image[2]};
}

double side_px(const std::array<cv::Point2d, 4>& corners) {
  return std::max(cv::norm(corners[2] - corners[0]), cv::norm(corners[3] - corners[1])) /
         std::sqrt(2.0);
}

// Draws the black cells of a marker with its border, which together extend from `low` to `high`.
void draw_marker(const cv::Mat& code, int border, const Eigen::Vector2d& low,
                 const Eigen::Vector2d& high, BoardPattern& pattern) {
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
        pattern.rects.push_back({low + cell.cwiseProduct(Eigen::Vector2d(x, y)),
                                 low + cell.cwiseProduct(Eigen::Vector2d(end, y + 1))});
      }
      x = end + 1;
    }
  }
}

}  // namespace

void draw_markers(const Board& board, const MarkerPlaces& places, int border_cells,
                  BoardPattern& pattern) {
  for (const auto& [id, corners] : places)
    draw_marker(marker_code(board.dictionary, id), border_cells, corners[0], corners[2], pattern);
}

MarkerView::MarkerView(const MarkerPlaces& places, const std::vector<Marker>& markers) {
  std::vector<cv::Point2d> on_board, in_picture;
  std::vector<Seen> known;
  for (const Marker& marker : markers) {
    const auto place = places.find(marker.id);
    if (place == places.end()) continue;
    Seen seen{marker.id, Eigen::Vector2d::Zero(), place->second, marker.corners};
    for (std::size_t k = 0; k < 4; ++k) {
      seen.center += seen.places[k] / 4;
      on_board.push_back(to_cv(seen.places[k]));
      in_picture.push_back(seen.pixels[k]);
    }
    known.push_back(seen);
  }
  if (known.empty()) return;
  std::vector<double> sides;
  for (const Seen& seen : known) sides.push_back(side_px(seen.pixels));
  const double tolerance = kTolerance * median(std::move(sides));
  const cv::Mat H = cv::findHomography(on_board, in_picture, cv::RANSAC, tolerance);
  if (H.empty()) return;
  for (const Seen& seen : known) {
    const bool fits = std::all_of(seen.places.begin(), seen.places.end(), [&](const auto& place) {
      const auto k = static_cast<std::size_t>(&place - seen.places.data());
      return cv::norm(mapped(H, to_cv(place)) - seen.pixels[k]) <= tolerance;
    });
    if (fits) markers_.push_back(seen);
  }
}

bool MarkerView::has(int id) const {
  return std::any_of(markers_.begin(), markers_.end(), [id](const Seen& s) { return s.id == id; });
}

std::optional<cv::Point2d> MarkerView::predict(const Eigen::Vector2d& point) const {
  if (markers_.empty()) return std::nullopt;
  std::vector<const Seen*> nearest;
  for (const Seen& seen : markers_) nearest.push_back(&seen);
  const std::size_t count = std::min(kNearest, nearest.size());
  std::partial_sort(nearest.begin(), nearest.begin() + static_cast<long>(count), nearest.end(),
                    [&](const Seen* a, const Seen* b) {
                      return std::pair((a->center - point).squaredNorm(), a->id) <
                             std::pair((b->center - point).squaredNorm(), b->id);
                    });
  std::vector<cv::Point2d> on_board, in_picture;
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t k = 0; k < 4; ++k) {
      on_board.push_back(to_cv(nearest[i]->places[k] - point));
      in_picture.push_back(nearest[i]->pixels[k]);
    }
  }
  const cv::Mat H = cv::findHomography(on_board, in_picture, 0);
  if (H.empty()) return std::nullopt;
  return mapped(H, {0, 0});
}

}  // namespace calib
