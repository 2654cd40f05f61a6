#include "target/chessboard_fast.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/errors.hpp"
#include "target/board_placement.hpp"
#include "target/board_refinement.hpp"
#include "target/lattice_search.hpp"
#include "target/saddle_lattice.hpp"

namespace calib {
namespace {

constexpr int kExtraReach = 6;
// The largest roughness() of a part of a board that lacks no corner.
constexpr double kRoughest = 0.35;

Grid to_grid(const Lattice& lattice, const Placement& placement, const Board& board, int level) {
  Grid grid{board.corners_x, board.corners_y, {}};
  for (int row = 0; row < board.corners_y; ++row)
    for (int column = 0; column < board.corners_x; ++column) {
      const Saddle* saddle = lattice.find(cell_of(placement, column, row));
      grid.points.push_back(
          saddle ? cv::Point2d(to_picture(saddle->x, level), to_picture(saddle->y, level)) : kHole);
    }
  return grid;
}

struct LevelResult {
  BoardMatch match;
  Grid grid;  // for kWhole and kPart
};

// Ranks the kinds of matches by how much is known about the board; higher is better.
int rank(const BoardMatch& match) {
  switch (match.kind) {
    case Match::kWhole:
      return 5;
    case Match::kLarger:
      return 4;
    case Match::kOtherSize:
      return 3;
    case Match::kPart:
      return match.missed == 0 ? 2 : 1;
    case Match::kPartOfLarger:
    case Match::kAmbiguous:
      return 1;
    default:
      return 0;
  }
}

// The number of corners that support the match, minus the number of those that contradict it.
int support(const BoardMatch& match) { return match.seen - match.missed; }

bool is_better(const BoardMatch& a, const BoardMatch& b) {
  return rank(a) != rank(b) ? rank(a) > rank(b) : support(a) > support(b);
}

// All cells of the lattice as a grid.
Grid to_grid(const Lattice& lattice) {
  const auto [i0, j0] = lattice.first();
  const auto [i1, j1] = lattice.last();
  Grid grid{i1 - i0 + 1, j1 - j0 + 1, {}};
  grid.points.reserve(static_cast<std::size_t>(grid.columns) * grid.rows);
  for (int j = j0; j <= j1; ++j)
    for (int i = i0; i <= i1; ++i) {
      const Saddle* saddle = lattice.find({i, j});
      grid.points.push_back(saddle ? cv::Point2d(saddle->x, saddle->y) : kHole);
    }
  return grid;
}

// Removes the saddles that do not fit their neighbors.
void erase_irregular(Lattice& lattice) {
  Grid grid = to_grid(lattice);
  if (is_regular(grid)) return;
  erase_irregular(grid);
  Lattice regular(lattice.reach());
  for (const Cell cell : lattice.cells())
    if (grid.has(cell.i - lattice.first().i, cell.j - lattice.first().j))
      regular.add(cell, *lattice.find(cell));
  lattice = std::move(regular);
}

BoardMatch match_lattice(const ResponseMap& map, Lattice& lattice, const Board& board) {
  BoardMatch match = match_whole(map, lattice, board);
  if (match.kind == Match::kNone) {
    grow(map, board.corners_x, board.corners_y, lattice);
    match = match_whole(map, lattice, board);
  }
  if (match.kind == Match::kNone) {
    erase_irregular(lattice);
    return match_part(map, lattice, board);
  }
  if (match.kind == Match::kLarger) {
    grow(map, board.corners_x + kExtraReach, board.corners_y + kExtraReach, lattice);
    const BoardMatch other = match_part(map, lattice, board);
    if (other.kind == Match::kOtherSize) match = other;
  }
  return match;
}

// Whether a part of a board is more likely made of clutter: it has gaps and is uneven, or there is
// more between its corners than edges.
bool is_clutter(const ResponseMap& map, const Lattice& lattice, const Grid& grid,
                const BoardMatch& match) {
  const double missed = 1.0 * match.missed / match.seen;
  return roughness(grid) > kRoughest * (1 - missed) || !has_whole_edges(map, lattice);
}

// The match with its grid, or none if the grid is not that of a board.
LevelResult checked(const ResponseMap& map, const Lattice& lattice, const BoardMatch& match,
                    const Board& board, int level) {
  if (match.kind != Match::kWhole && match.kind != Match::kPart) return {match, {}};
  Grid grid = to_grid(lattice, match.placement, board, level);
  if (!is_unfolded(grid) || !is_regular(grid)) return {};
  if (match.kind == Match::kPart && is_clutter(map, lattice, grid, match)) return {};
  return {match, std::move(grid)};
}

LevelResult search_lattice(const ResponseMap& map, Lattice& lattice, const Board& board,
                           int level) {
  const BoardMatch at_once = match_whole(map, lattice, board);
  if (at_once.kind == Match::kWhole) {
    LevelResult result = checked(map, lattice, at_once, board, level);
    if (!result.grid.points.empty()) return result;
  }
  erase_irregular(lattice);
  return checked(map, lattice, match_lattice(map, lattice, board), board, level);
}

LevelResult search_level(LatticeWorkspace& work, int level, const Board& board) {
  compute_response(work.pyramid.level(level), work.map);
  SaddleSearch search;
  search.expected = corner_count(board);
  // Enough for images with clutter, but not more: the time for linking grows with its square.
  search.most_saddles = std::clamp(6 * search.expected, 500, 3000);
  search.most_candidates = 3 * search.most_saddles;
  find_saddles(work.map, search, work.saddle_scratch, work.saddles);
  const int reach = 2 * std::max(board.corners_x, board.corners_y) + kExtraReach;
  LevelResult best;
  for (Lattice& lattice : link_saddles(work.map, work.saddles, reach)) {
    LevelResult result = search_lattice(work.map, lattice, board, level);
    if (is_better(result.match, best.match)) best = std::move(result);
    if (best.match.kind == Match::kWhole) break;
  }
  return best;
}

// The levels in the order in which they are searched: the one of first_level(), the next
// finer one (for small squares, and for squares with markers inside), and the next coarser one (for
// blurred images).
std::vector<int> levels_to_search(const GrayView& picture) {
  const int level = first_level(picture);
  std::vector<int> levels{level};
  if (level > 0) levels.push_back(level - 1);
  if (is_large_enough(picture, level + 1)) levels.push_back(level + 1);
  return levels;
}

// Whether searching other levels of the pyramid cannot improve the match.
bool is_settled(const BoardMatch& match) { return rank(match) >= 2; }

LevelResult search_levels(LatticeWorkspace& work, const GrayView& picture, const Board& board) {
  LevelResult best;
  for (const int level : levels_to_search(picture)) {
    LevelResult result = search_level(work, level, board);
    if (is_better(result.match, best.match)) best = std::move(result);
    if (is_settled(best.match)) return best;
  }
  // Large gaps between the squares close at a still coarser level. It replaces a partial board that
  // other levels have found only if it finds the whole board.
  const int coarsest = first_level(picture) + 2;
  if (!is_large_enough(picture, coarsest)) return best;
  LevelResult coarse = search_level(work, coarsest, board);
  const bool is_new = best.grid.points.empty() && !coarse.grid.points.empty();
  return is_new || coarse.match.kind == Match::kWhole ? coarse : best;
}

std::string reason_for(const BoardMatch& match) {
  switch (match.kind) {
    case Match::kLarger:
    case Match::kPartOfLarger:
      return kPartOfLargerBoard;
    case Match::kOtherSize:
      return fmt::format("{} {}x{}", kWrongSize, match.width, match.height);
    case Match::kAmbiguous:
      return "partial_ambiguous";
    default:
      return "no_board";
  }
}

}  // namespace

Detection detect_fast(const cv::Mat& gray, const Board& board) {
  check_chessboard_input(gray, board);
  if (gray.empty() || is_too_small(gray.size(), board)) return {{}, "too_small"};

  const GrayView picture = to_gray_view(gray);
  thread_local LatticeWorkspace work;
  work.pyramid.reset(picture);
  const LevelResult best = search_levels(work, picture, board);
  if (best.grid.points.empty()) return {{}, reason_for(best.match)};
  Detection detection;
  detection.corners = refine_board(gray, best.grid);
  if (detection.corners.empty()) detection.reason = "refinement_diverged";
  return detection;
}

}  // namespace calib
