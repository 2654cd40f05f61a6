#include "target/chessboard_fast.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>

#include "base/errors.hpp"
#include "corner/find_saddles.hpp"
#include "corner/pyramid.hpp"
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

// How the board lies on the lattice: cell = origin + column * along + row * down.
struct Placement {
  Cell origin, along, down;
};

Cell cell_of(const Placement& p, int column, int row) {
  return {p.origin.i + column * p.along.i + row * p.down.i,
          p.origin.j + column * p.along.j + row * p.down.j};
}

enum class Verdict { kNone, kFull, kLarger };

bool is_full(const Lattice& lattice, const Placement& p, const Board& board) {
  for (int row = 0; row < board.corners_y; ++row)
    for (int column = 0; column < board.corners_x; ++column)
      if (!lattice.find(cell_of(p, column, row))) return false;
  return true;
}

// Whether the square diagonally outside corner 0 is dark. Between +i and +j it is bright where the
// line along +i is rising, and so is the square across; the other two are not.
bool outer_square_is_dark(const Placement& p) {
  const bool rising = line_along_i(p.origin) == 0;
  const Cell outwards{-p.along.i - p.down.i, -p.along.j - p.down.j};
  const bool same_signs = outwards.i * outwards.j > 0;
  return rising != same_signs;
}

// All right-handed placements whose corners fill the window that begins at `first`.
void add_placements(Cell first, int wide, int high, const Board& board,
                    std::vector<Placement>& placements) {
  const int i0 = first.i, j0 = first.j, i1 = first.i + wide - 1, j1 = first.j + high - 1;
  if (wide == board.corners_x && high == board.corners_y) {
    placements.push_back({{i0, j0}, {1, 0}, {0, 1}});
    placements.push_back({{i1, j1}, {-1, 0}, {0, -1}});
  }
  if (wide == board.corners_y && high == board.corners_x) {
    placements.push_back({{i1, j0}, {0, 1}, {-1, 0}});
    placements.push_back({{i0, j1}, {0, -1}, {1, 0}});
  }
}

struct WindowList {
  std::vector<Cell> first;
  std::vector<int> wide, high;
};

// The distinct windows of the board's size in which no cell is empty.
WindowList full_windows(const Lattice& lattice, const Board& board) {
  WindowList windows;
  const int turns = board.corners_x == board.corners_y ? 1 : 2;
  for (int turn = 0; turn < turns; ++turn) {
    const int wide = turn == 0 ? board.corners_x : board.corners_y;
    const int high = turn == 0 ? board.corners_y : board.corners_x;
    for (int j = lattice.first().j; j + high - 1 <= lattice.last().j; ++j)
      for (int i = lattice.first().i; i + wide - 1 <= lattice.last().i; ++i) {
        std::vector<Placement> placements;
        add_placements({i, j}, wide, high, board, placements);
        if (!is_full(lattice, placements.front(), board)) continue;
        windows.first.push_back({i, j});
        windows.wide.push_back(wide);
        windows.high.push_back(high);
      }
  }
  return windows;
}

float median_amplitude(const Lattice& lattice) {
  std::vector<float> amplitudes;
  for (const Cell cell : lattice.cells()) amplitudes.push_back(lattice.find(cell)->amplitude);
  const auto middle = amplitudes.begin() + static_cast<std::ptrdiff_t>(amplitudes.size() / 2);
  std::nth_element(amplitudes.begin(), middle, amplitudes.end());
  return *middle;
}

// Whether a line of cells just outside the board holds corners too, in the lattice or, where that
// is empty, in the picture.
bool is_line_of_corners(const ResponseMap& map, const Lattice& lattice, Cell from, Cell step,
                        int count, float amplitude) {
  int corners = 0, seen = 0;
  for (int k = 0; k < count; ++k) {
    const Cell cell{from.i + k * step.i, from.j + k * step.j};
    Saddle saddle;
    if (const Saddle* known = lattice.find(cell)) {
      saddle = *known;
    } else {
      Prediction at;
      if (!predict(lattice, cell, at)) continue;
      if (at.x < 4 || at.y < 4 || at.x > static_cast<float>(map.width - 5) ||
          at.y > static_cast<float>(map.height - 5))
        continue;
      if (!find_corner(map, lattice, cell, saddle)) saddle.amplitude = 0;
    }
    ++seen;
    corners += saddle.amplitude > 0.5f * amplitude;
  }
  return seen >= 2 && 2 * corners > seen;
}

bool continues_outside(const ResponseMap& map, const Lattice& lattice, Cell first, int wide,
                       int high) {
  const float amplitude = median_amplitude(lattice);
  const auto line = [&](Cell from, Cell step, int count) {
    return is_line_of_corners(map, lattice, from, step, count, amplitude);
  };
  return line({first.i - 1, first.j}, {0, 1}, high) ||
         line({first.i + wide, first.j}, {0, 1}, high) ||
         line({first.i, first.j - 1}, {1, 0}, wide) ||
         line({first.i, first.j + high}, {1, 0}, wide);
}

// Lays the board on the lattice.
Verdict place(const ResponseMap& map, const Lattice& lattice, const Board& board,
              Placement& placement) {
  if (lattice.size() < corner_count(board)) return Verdict::kNone;
  const WindowList windows = full_windows(lattice, board);
  if (windows.first.empty()) return Verdict::kNone;
  if (windows.first.size() > 1) return Verdict::kLarger;
  if (continues_outside(map, lattice, windows.first[0], windows.wide[0], windows.high[0]))
    return Verdict::kLarger;

  std::vector<Placement> placements;
  add_placements(windows.first[0], windows.wide[0], windows.high[0], board, placements);
  const auto less = [&](const Placement& a, const Placement& b) {
    if (outer_square_is_dark(a) != outer_square_is_dark(b)) return outer_square_is_dark(a);
    const Saddle *p = lattice.find(a.origin), *q = lattice.find(b.origin);
    return std::hypot(p->x, p->y) < std::hypot(q->x, q->y);
  };
  placement = *std::min_element(placements.begin(), placements.end(), less);
  return Verdict::kFull;
}

Grid to_grid(const Lattice& lattice, const Placement& placement, const Board& board, int level) {
  Grid grid{board.corners_x, board.corners_y, {}};
  for (int row = 0; row < board.corners_y; ++row)
    for (int column = 0; column < board.corners_x; ++column) {
      const Saddle& saddle = *lattice.find(cell_of(placement, column, row));
      grid.points.emplace_back(to_picture(saddle.x, level), to_picture(saddle.y, level));
    }
  return grid;
}

struct LevelResult {
  Verdict verdict = Verdict::kNone;
  std::optional<Grid> grid;
};

LevelResult search_level(Workspace& work, int level, const Board& board) {
  compute_response(work.pyramid.level(level), work.map);
  SaddleSearch search;
  search.expected = corner_count(board);
  find_saddles(work.map, search, work.saddle_scratch, work.saddles);
  const int reach = 2 * std::max(board.corners_x, board.corners_y) + kExtraReach;
  LevelResult result;
  for (Lattice& lattice : link_saddles(work.map, work.saddles, reach)) {
    Placement placement;
    Verdict verdict = place(work.map, lattice, board, placement);
    if (verdict == Verdict::kNone) {
      grow(work.map, board.corners_x, board.corners_y, lattice);
      verdict = place(work.map, lattice, board, placement);
    }
    if (verdict == Verdict::kLarger) result.verdict = verdict;
    if (verdict != Verdict::kFull) continue;
    Grid grid = to_grid(lattice, placement, board, level);
    if (!is_unfolded(grid) || !is_regular(grid)) continue;
    return {Verdict::kFull, std::move(grid)};
  }
  return result;
}

// The levels in the order in which they are tried: the one of a handy size, the next coarser one
// (cheap; saves blurred pictures), the next finer one (small squares, and those with print inside).
std::vector<int> levels_to_search(const GreyView& picture) {
  int level = 0;
  while (std::max(picture.width, picture.height) >> level > kSearchedSide) ++level;
  std::vector<int> levels{level};
  if (level > 0) levels.push_back(level - 1);
  if (std::min(picture.width, picture.height) >> (level + 1) >= kSmallestSearchedSide)
    levels.push_back(level + 1);
  return levels;
}

bool too_small(const GreyView& picture, const Board& board) {
  constexpr int kSmallestSquare = 4;
  const int across = kSmallestSquare * (board.corners_x - 1);
  const int down = kSmallestSquare * (board.corners_y - 1);
  return std::min(picture.width, picture.height) < std::min(across, down) ||
         std::hypot(picture.width, picture.height) < std::hypot(across, down);
}

}  // namespace

Detection detect_fast(const cv::Mat& grey, const Board& board) {
  require(board.corners_x >= 3 && board.corners_y >= 3,
          "board " + size_text(board) +
              ": found fewer than 3 inner corners in a direction, expected at least 3x3: count the "
              "corners where four squares meet");
  require(grey.empty() || grey.type() == CV_8UC1, "a detector needs an 8-bit grey picture");
  const GreyView picture{grey.data, grey.cols, grey.rows, static_cast<std::ptrdiff_t>(grey.step)};
  if (grey.empty() || too_small(picture, board)) return {{}, "too_small"};

  thread_local Workspace work;
  work.pyramid.reset(picture);
  std::string reason = "no_board";
  for (const int level : levels_to_search(picture)) {
    LevelResult result = search_level(work, level, board);
    if (result.verdict == Verdict::kLarger) return {{}, kPartOfLargerBoard};
    if (!result.grid) continue;
    Detection detection;
    detection.corners = refine_board(picture, *result.grid, work.refinement);
    if (!detection.corners.empty()) return detection;
    reason = "refinement_diverged";
  }
  return {{}, reason};
}

}  // namespace calib
