#pragma once
// Predicts where the points of a board are in an image from the markers that were found there.

#include <array>
#include <map>
#include <opencv2/core/types.hpp>
#include <optional>
#include <vector>

#include "scene/board.hpp"
#include "target/board_pattern.hpp"
#include "target/grid.hpp"
#include "target/markers.hpp"

namespace calib {

/// The four corners of each marker in board coordinates, meters, clockwise from its own top-left;
/// by id.
using MarkerPlaces = std::map<int, std::array<Eigen::Vector2d, 4>>;

/// Adds the black cells of the markers, whose borders are `border_cells` wide, to the pattern.
/// Throws Error if the dictionary has too few markers.
void draw_markers(const Board& board, const MarkerPlaces& places, int border_cells,
                  BoardPattern& pattern);

/// The markers of a board that were found in an image. They give a local homography from the board
/// to the image around each point.
class MarkerView {
 public:
  /// Leaves out markers that are not on the board, and outliers of a RANSAC homography.
  MarkerView(const MarkerPlaces& places, const std::vector<Marker>& markers);

  std::size_t size() const { return markers_.size(); }
  bool has(int id) const;

  /// Predicts the pixel of a point on the board (meters) from the markers nearest to it, because
  /// lens distortion is small from one marker to the next. Returns nullopt if there are no markers.
  std::optional<cv::Point2d> predict(const Eigen::Vector2d& point) const;

 private:
  struct Seen {
    int id = 0;
    Eigen::Vector2d center;
    std::array<Eigen::Vector2d, 4> places;
    std::array<cv::Point2d, 4> pixels;
  };
  std::vector<Seen> markers_;
};

}  // namespace calib
