#include "target/chessboard_fast.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/errors.hpp"
#include "corner/find_saddles.hpp"
#include "corner/pyramid.hpp"
#include "target/board_placement.hpp"
#include "target/board_refinement.hpp"
#include "target/saddle_lattice.hpp"

namespace calib {
namespace {

// The search begins at the first level of the pyramid whose longer side is no longer than this.
constexpr int kSearchedSide = 1000;
constexpr int kSmallestSearchedSide = 100;
constexpr int kExtraReach = 6;

// Buffers that live as long as their thread.
struct Workspace {
  Pyramid pyramid;
  ResponseMap map;
  SaddleScratch saddle_scratch;
  std::vector<Saddle> saddles;
  RefinementScratch refinement;
};

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
  BoardSight sight;
  Grid grid;  // of kWhole and kPart
};

// How much a result says: a whole board, a part of which nothing is missed, ...
int rank(const BoardSight& sight) {
  switch (sight.sight) {
    case Sight::kWhole:
      return 6;
    case Sight::kLarger:
      return 5;
    case Sight::kOtherSize:
      return 4;
    case Sight::kPart:
      return sight.missed == 0 ? 3 : 2;
    case Sight::kAmbiguous:
      return 1;
    default:
      return 0;
  }
}

bool is_better(const BoardSight& a, const BoardSight& b) {
  return rank(a) != rank(b) ? rank(a) > rank(b) : a.seen > b.seen;
}

LevelResult search_lattice(const ResponseMap& map, Lattice& lattice, const Board& board,
                           int level) {
  BoardSight sight = place_whole(map, lattice, board);
  if (sight.sight == Sight::kNone) {
    grow(map, board.corners_x, board.corners_y, lattice);
    sight = place_whole(map, lattice, board);
  }
  if (sight.sight == Sight::kNone) {
    sight = place_part(map, lattice, board);
  } else if (sight.sight == Sight::kLarger) {
    grow(map, board.corners_x + kExtraReach, board.corners_y + kExtraReach, lattice);
    const BoardSight other = place_part(map, lattice, board);
    if (other.sight == Sight::kOtherSize) sight = other;
  }
  if (sight.sight != Sight::kWhole && sight.sight != Sight::kPart) return {sight, {}};
  Grid grid = to_grid(lattice, sight.placement, board, level);
  if (!is_unfolded(grid) || !is_regular(grid)) return {};
  return {sight, std::move(grid)};
}

LevelResult search_level(Workspace& work, int level, const Board& board) {
  compute_response(work.pyramid.level(level), work.map);
  SaddleSearch search;
  search.expected = corner_count(board);
  // Room for clutter, but linking takes the square of it.
  search.most_saddles = std::clamp(6 * search.expected, 500, 3000);
  search.most_candidates = 3 * search.most_saddles;
  find_saddles(work.map, search, work.saddle_scratch, work.saddles);
  const int reach = 2 * std::max(board.corners_x, board.corners_y) + kExtraReach;
  LevelResult best;
  for (Lattice& lattice : link_saddles(work.map, work.saddles, reach)) {
    LevelResult result = search_lattice(work.map, lattice, board, level);
    if (is_better(result.sight, best.sight)) best = std::move(result);
    if (best.sight.sight == Sight::kWhole) break;
  }
  return best;
}

// The levels in the order in which they are tried: the one of a handy size, the next coarser one
// (cheap; saves blurred pictures), the next finer one (small squares, and those with print inside).
std::vector<int> levels_to_search(const GrayView& picture) {
  int level = 0;
  while (std::max(picture.width, picture.height) >> level > kSearchedSide) ++level;
  std::vector<int> levels{level};
  if (level > 0) levels.push_back(level - 1);
  if (std::min(picture.width, picture.height) >> (level + 1) >= kSmallestSearchedSide)
    levels.push_back(level + 1);
  return levels;
}

bool too_small(const GrayView& picture, const Board& board) {
  constexpr int kSmallestSquare = 4;
  const int across = kSmallestSquare * (board.corners_x - 1);
  const int down = kSmallestSquare * (board.corners_y - 1);
  return std::min(picture.width, picture.height) < std::min(across, down) ||
         std::hypot(picture.width, picture.height) < std::hypot(across, down);
}

// Whether other levels of the pyramid cannot tell more.
bool is_settled(const BoardSight& sight) { return rank(sight) >= 3; }

std::string reason_for(const BoardSight& sight) {
  switch (sight.sight) {
    case Sight::kLarger:
      return kPartOfLargerBoard;
    case Sight::kOtherSize:
      return fmt::format("{} {}x{}", kWrongSize, sight.wide, sight.high);
    case Sight::kAmbiguous:
      return "partial_ambiguous";
    default:
      return "no_board";
  }
}

}  // namespace

Detection detect_fast(const cv::Mat& gray, const Board& board) {
  require(board.corners_x >= 3 && board.corners_y >= 3,
          "board " + size_text(board) +
              ": found fewer than 3 inner corners in a direction, expected at least 3x3: count the "
              "corners where four squares meet");
  require(gray.empty() || gray.type() == CV_8UC1, "a detector needs an 8-bit gray picture");
  const GrayView picture{gray.data, gray.cols, gray.rows, static_cast<std::ptrdiff_t>(gray.step)};
  if (gray.empty() || too_small(picture, board)) return {{}, "too_small"};

  thread_local Workspace work;
  work.pyramid.reset(picture);
  LevelResult best;
  for (const int level : levels_to_search(picture)) {
    LevelResult result = search_level(work, level, board);
    if (is_better(result.sight, best.sight)) best = std::move(result);
    if (is_settled(best.sight)) break;
  }
  if (best.grid.points.empty()) return {{}, reason_for(best.sight)};
  Detection detection;
  detection.corners = refine_board(picture, best.grid, work.refinement);
  if (detection.corners.empty()) detection.reason = "refinement_diverged";
  return detection;
}

}  // namespace calib
