#pragma once
// The points of a target grouped by plane: all points of a single board, or those on each of
// several boards.

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "scene/board.hpp"

namespace calib {

/// Points on the single board `board`. Point is any type with a member `id`, here the number on
/// this board.
template <class Point>
struct FlatPoints {
  const Board* board = nullptr;
  Pose T_board_part;  ///< identity if it is not known
  std::vector<Point> points;
};

/// Groups the points by single board, in the order of the boards; boards without points are left
/// out.
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

/// The group with the most points, the first of several such groups. `points` must not be empty.
template <class Point>
FlatPoints<Point> largest_flat_part(const Board& board, std::span<const Point> points) {
  std::vector<FlatPoints<Point>> parts = flat_parts(board, points);
  return std::move(*std::max_element(parts.begin(), parts.end(), [](const auto& a, const auto& b) {
    return a.points.size() < b.points.size();
  }));
}

}  // namespace calib
