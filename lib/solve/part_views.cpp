#include "solve/part_views.hpp"

#include <algorithm>
#include <utility>

namespace calib {

Board without_places(Board board) {
  for (Board& part : board.parts) part.T_board_part.reset();
  return board;
}

std::size_t part_of_view(const Board& board, const View& view) {
  return board.parts.empty() ? 0 : part_point(board, view.corners.front().id).part;
}

PartViews::PartViews(const Observations& observations) : original_(observations) {
  if (is_single()) return;
  split_.board = without_places(observations.board);
  split_.cameras = observations.cameras;
  for (std::size_t i = 0; i < observations.views.size(); ++i) {
    const View& view = observations.views[i];
    std::vector<std::vector<Corner>> by_part(observations.board.parts.size());
    for (const Corner& corner : view.corners)
      by_part[part_point(observations.board, corner.id).part].push_back(corner);
    for (std::vector<Corner>& corners : by_part) {
      if (corners.empty()) continue;
      split_.views.push_back({view.camera, static_cast<std::int64_t>(observed_views_.size()),
                              view.image, std::move(corners)});
      observed_views_.push_back(i);
    }
  }
}

std::vector<Rejected> PartViews::merged(std::vector<Rejected> rejected) const {
  if (is_single()) return rejected;
  std::vector<Rejected> result;
  for (Rejected& entry : rejected) {
    const auto number = static_cast<std::size_t>(entry.frame);
    entry.frame = original_.views[observed_views_[number]].frame;
    if (entry.corner) {
      result.push_back(std::move(entry));
      continue;
    }
    // Rejects the corners of this board only: the image may show other boards too.
    for (const Corner& corner : split_.views[number].corners) {
      result.push_back(entry);
      result.back().corner = corner.id;
    }
  }
  return result;
}

Observations with_known_boards(const Observations& observations, const Board& board) {
  Observations result = observations;
  result.board = board;
  const bool placed = std::any_of(board.parts.begin(), board.parts.end(),
                                  [](const Board& part) { return part.T_board_part.has_value(); });
  for (View& view : result.views) {
    if (view.corners.empty()) continue;
    const auto part_of = [&](const Corner& corner) { return part_point(board, corner.id).part; };
    std::vector<int> seen(board.parts.size(), 0);
    for (const Corner& corner : view.corners) ++seen[part_of(corner)];
    const auto best =
        static_cast<std::size_t>(std::max_element(seen.begin(), seen.end()) - seen.begin());
    std::erase_if(view.corners, [&](const Corner& corner) {
      const std::size_t part = part_of(corner);
      return placed ? !board.parts[part].T_board_part : part != best;
    });
  }
  std::erase_if(result.views, [](const View& view) { return view.corners.empty(); });
  return result;
}

}  // namespace calib
