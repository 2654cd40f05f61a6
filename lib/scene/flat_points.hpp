#pragma once
// Points of a board that lie in one plane: all of one board's, or those on one of several boards.

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "scene/board.hpp"

namespace calib {

/// Points (anything with an `id`) numbered on `board`, which is a single one.
template <class Point>
struct FlatPoints {
  const Board* board = nullptr;
  Pose T_board_part;  ///< identity where it is not known
  std::vector<Point> points;
};

/// The points on each single board that has any, in the order of the boards.
template <class Point>
std::vector<FlatPoints<Point>> flat_parts(const Board& board, std::span<const Point> points) {
  if (board.parts.empty()) return {{&board, Pose{}, {points.begin(), points.end()}}};
  std::vector<FlatPoints<Point>> parts;
  for (const Board& part : board.parts)
    parts.push_back({&part, part.T_board_part.value_or(Pose{}), {}});
  for (Point point : points) {
    const PartPoint place = part_point(board, point.id);
    point.id = place.id;
    parts[place.part].points.push_back(point);
  }
  std::erase_if(parts, [](const auto& part) { return part.points.empty(); });
  return parts;
}

/// The one with most points; of equals the first. `points` must not be empty.
template <class Point>
FlatPoints<Point> largest_flat_part(const Board& board, std::span<const Point> points) {
  std::vector<FlatPoints<Point>> parts = flat_parts(board, points);
  return std::move(*std::max_element(parts.begin(), parts.end(), [](const auto& a, const auto& b) {
    return a.points.size() < b.points.size();
  }));
}

}  // namespace calib
