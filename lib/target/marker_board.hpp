#pragma once
// Boards whose points are numbered by markers: what the markers' own corners say of the points.

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

/// Where the four corners of a marker are on the board, meters; by id.
using MarkerPlaces = std::map<int, std::array<Eigen::Vector2d, 4>>;

/// Adds the black cells of the board's markers, whose borders are `border_cells` wide. Throws Error
/// when the dictionary has too few markers.
void draw_markers(const Board& board, const MarkerPlaces& places, int border_cells,
                  BoardPattern& pattern);

/// A board's markers seen in a picture, as a map from the board to the picture around each point.
class MarkerView {
 public:
  /// Markers that the board does not have, and those that do not lie as the others do, are left
  /// out.
  MarkerView(const MarkerPlaces& places, const std::vector<Marker>& markers);

  std::size_t size() const { return markers_.size(); }
  bool has(int id) const;

  /// The pixel of a point of the board, from the markers nearest to it: a lens bends the board, but
  /// little from marker to marker. Nothing without markers.
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
