#include "target/canonical_order.hpp"

#include <algorithm>

#include "target/grid.hpp"

namespace calib {
namespace {

void reverse_rows(Grid& grid) {
  for (int row = 0; row < grid.rows; ++row) {
    const auto first = grid.points.begin() + row * grid.columns;
    std::reverse(first, first + grid.columns);
  }
}

std::vector<cv::Point2d> relabeled(const std::vector<cv::Point2d>& points, const Relabeling& map) {
  std::vector<cv::Point2d> result(points.size());
  for (std::size_t id = 0; id < points.size(); ++id) result[map[id]] = points[id];
  return result;
}

// Orders with a dark square outside corner 0 come first, then those whose corner 0 is nearer to
// the top-left of the image.
struct Preference {
  bool bright;
  double distance;
  bool operator<(const Preference& other) const {
    return bright != other.bright ? !bright : distance < other.distance;
  }
};

}  // namespace

void make_canonical(const cv::Mat& gray, const Board& board, std::vector<Corner>& corners) {
  Grid grid{board.corners_x, board.corners_y, {}};
  for (const Corner& corner : corners) grid.points.emplace_back(corner.x, corner.y);
  if (signed_area(grid) < 0) reverse_rows(grid);

  std::vector<cv::Point2d> best;
  Preference best_preference{};
  for (const Relabeling& order : relabelings(board)) {
    Grid candidate{grid.columns, grid.rows, relabeled(grid.points, order)};
    const Preference preference{outer_square_contrast(gray, candidate) > 0,
                                cv::norm(candidate.points[0])};
    if (!best.empty() && !(preference < best_preference)) continue;
    best = std::move(candidate.points);
    best_preference = preference;
  }
  for (std::size_t id = 0; id < corners.size(); ++id) {
    corners[id].id = static_cast<int>(id);
    corners[id].x = best[id].x;
    corners[id].y = best[id].y;
  }
}

}  // namespace calib
