#include "target/board_placement.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/median.hpp"

namespace calib {
namespace {

// A part of a board must have at least kLeastCorners and 1/kLeastFraction of the board's corners.
constexpr int kLeastFraction = 8;
constexpr int kLeastCorners = 8;
// Saddle points are not found within kBorder pixels (of the pyramid level) of the image's border,
// and may be missed within kBorderInSquares.
constexpr float kBorder = 5;
constexpr float kBorderInSquares = 1;

// Whether the square diagonally outside corner 0 is dark. Of the four squares around a corner, two
// that are opposite have the same color.
bool outer_square_is_dark(const Placement& p) {
  const Cell outwards{-p.along.i - p.down.i, -p.along.j - p.down.j};
  const bool same_signs = outwards.i * outwards.j > 0;
  return is_bright(p.origin) != same_signs;
}

// A rectangle of cells.
struct Window {
  Cell first, last;
  int width() const { return last.i - first.i + 1; }
  int height() const { return last.j - first.j + 1; }
};

Window window_at(Cell first, int width, int height) {
  return {first, {first.i + width - 1, first.j + height - 1}};
}

bool is_full(const Lattice& lattice, const Window& window) {
  for (int j = window.first.j; j <= window.last.j; ++j)
    for (int i = window.first.i; i <= window.last.i; ++i)
      if (!lattice.find({i, j})) return false;
  return true;
}

// The width and height of the board in cells, and those of the board turned by 90 degrees.
std::vector<std::pair<int, int>> orientations(const Board& board) {
  if (board.corners_x == board.corners_y) return {{board.corners_x, board.corners_y}};
  return {{board.corners_x, board.corners_y}, {board.corners_y, board.corners_x}};
}

// All right-handed placements that fill the window.
std::vector<Placement> placements_in(const Window& window, const Board& board) {
  const auto [i0, j0] = window.first;
  const auto [i1, j1] = window.last;
  std::vector<Placement> placements;
  const std::pair size(window.width(), window.height());
  if (size == std::pair(board.corners_x, board.corners_y)) {
    placements.push_back({{i0, j0}, {1, 0}, {0, 1}});
    placements.push_back({{i1, j1}, {-1, 0}, {0, -1}});
  }
  if (size == std::pair(board.corners_y, board.corners_x)) {
    placements.push_back({{i1, j0}, {0, 1}, {-1, 0}});
    placements.push_back({{i0, j1}, {0, -1}, {1, 0}});
  }
  return placements;
}

// The corner with the least id that is in the lattice.
const Saddle* first_corner(const Lattice& lattice, const Placement& p, const Board& board) {
  for (int row = 0; row < board.corners_y; ++row)
    for (int column = 0; column < board.corners_x; ++column)
      if (const Saddle* saddle = lattice.find(cell_of(p, column, row))) return saddle;
  return nullptr;
}

Placement canonical(const Lattice& lattice, const Window& window, const Board& board) {
  const std::vector<Placement> placements = placements_in(window, board);
  const auto less = [&](const Placement& a, const Placement& b) {
    if (outer_square_is_dark(a) != outer_square_is_dark(b)) return outer_square_is_dark(a);
    const Saddle *p = first_corner(lattice, a, board), *q = first_corner(lattice, b, board);
    return std::hypot(p->x, p->y) < std::hypot(q->x, q->y);
  };
  return *std::min_element(placements.begin(), placements.end(), less);
}

// All windows of the board's size in which no cell is empty.
std::vector<Window> full_windows(const Lattice& lattice, const Board& board) {
  std::vector<Window> windows;
  for (const auto& [width, height] : orientations(board))
    for (int j = lattice.first().j; j + height - 1 <= lattice.last().j; ++j)
      for (int i = lattice.first().i; i + width - 1 <= lattice.last().i; ++i) {
        const Window window = window_at({i, j}, width, height);
        if (is_full(lattice, window)) windows.push_back(window);
      }
  return windows;
}

float median_amplitude(const Lattice& lattice) {
  std::vector<double> amplitudes;
  for (const Cell cell : lattice.cells()) amplitudes.push_back(lattice.find(cell)->amplitude);
  return static_cast<float>(median(std::move(amplitudes)));
}

bool is_inside(const ResponseMap& map, float x, float y, float margin) {
  return x >= margin && y >= margin && x <= static_cast<float>(map.width - 1) - margin &&
         y <= static_cast<float>(map.height - 1) - margin;
}

// One side of a window: its outermost line of cells and the direction that leaves the window.
struct Side {
  Cell from, step, out;
  int count;
  Cell cell(int k) const { return {from.i + k * step.i, from.j + k * step.j}; }
  Cell beyond(int k) const { return {cell(k).i + out.i, cell(k).j + out.j}; }
};

enum SideName { kLeft, kRight, kTop, kBottom };

Side side_of(const Window& w, SideName name) {
  switch (name) {
    case kLeft:
      return {w.first, {0, 1}, {-1, 0}, w.height()};
    case kRight:
      return {{w.last.i, w.first.j}, {0, 1}, {1, 0}, w.height()};
    case kTop:
      return {w.first, {1, 0}, {0, -1}, w.width()};
    default:
      return {{w.first.i, w.last.j}, {1, 0}, {0, 1}, w.width()};
  }
}
constexpr std::array<SideName, 4> kSides = {kLeft, kRight, kTop, kBottom};

// Whether the line of cells just outside the window has corners too: in the lattice, or in the
// image where the lattice is empty.
bool has_corners_beyond(const ResponseMap& map, const Lattice& lattice, const Side& side,
                        float amplitude) {
  int corners = 0, seen = 0;
  for (int k = 0; k < side.count; ++k) {
    const Cell cell = side.beyond(k);
    Saddle saddle;
    if (const Saddle* known = lattice.find(cell)) {
      saddle = *known;
    } else {
      Prediction at;
      if (!predict(lattice, cell, at) || !is_inside(map, at.x, at.y, 4)) continue;
      if (!find_corner(map, lattice, cell, saddle)) saddle.amplitude = 0;
    }
    ++seen;
    corners += saddle.amplitude > 0.5f * amplitude;
  }
  return corners >= 3 && 3 * corners >= 2 * seen;
}

// The content of the image beyond one side of the lattice.
enum class SideState {
  kUnclear,
  kBoardEnds,       ///< one more row of squares, then no more
  kBoardContinues,  ///< more than one row of squares
  kLeavesImage,     ///< the whole next line of corners is outside the image
};

struct Point {
  float x = 0, y = 0;
};

Point between(const Point& a, const Point& b, float t) {
  return {a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)};
}

// The mean gray level of a square close to its side a-b, but clear of the blurred edge. The corners
// c and d of the square are opposite a and b. Returns nullopt outside the image.
std::optional<float> mean_near(const ResponseMap& map, Point a, Point b, Point c, Point d) {
  constexpr float kEdge = 2.5f;  // pixels
  const float height = std::min(std::hypot(c.x - a.x, c.y - a.y), std::hypot(d.x - b.x, d.y - b.y));
  const float edge = std::clamp(kEdge / height, 0.1f, 0.3f);
  float sum = 0;
  for (const float v : {edge, edge + 0.15f})
    for (const float u : {0.3f, 0.5f, 0.7f}) {
      const Point p = between(between(a, b, u), between(c, d, u), v);
      if (!is_inside(map, p.x, p.y, 1)) return std::nullopt;
      sum += sample(map, p.x, p.y);
    }
  return sum / 6;
}

// The pairs of neighboring squares in a row beyond a side of the lattice: their number, and how
// many of them alternate between dark and bright as those of the board would.
struct Alternation {
  int pairs = 0, alternating = 0;
};

// `rows_beyond` is 0 for the first row of squares beyond the side and 1 for the second.
Alternation alternation_beyond(const ResponseMap& map, const Lattice& lattice, const Side& side,
                               int rows_beyond) {
  constexpr float kLeastShare = 0.35f;  // least contrast as a share of the corners' amplitude
  Alternation result;
  std::optional<float> previous;
  for (int k = 0; k + 1 < side.count; ++k) {
    const Saddle *a = lattice.find(side.cell(k)), *b = lattice.find(side.cell(k + 1));
    Prediction c, d;
    std::optional<float> mean;
    if (a && b && predict(lattice, side.beyond(k), c) && predict(lattice, side.beyond(k + 1), d)) {
      const Point p{a->x, a->y}, q{b->x, b->y}, r{c.x, c.y}, s{d.x, d.y};
      mean = rows_beyond == 0 ? mean_near(map, p, q, r, s)
                              : mean_near(map, r, s, between(p, r, 2), between(q, s, 2));
    }
    if (mean && previous) {
      const float amplitude = std::min(a->amplitude, b->amplitude);
      // A square has the cell of its corner with the least i and j.
      const Cell near{side.cell(k).i + std::min(0, side.out.i),
                      side.cell(k).j + std::min(0, side.out.j)};
      const Cell square{near.i + rows_beyond * side.out.i, near.j + rows_beyond * side.out.j};
      const float step = (*mean - *previous) / 2;
      ++result.pairs;
      result.alternating += (is_bright(square) ? step : -step) > kLeastShare * amplitude;
    }
    previous = mean;
  }
  return result;
}

SideState state_of(const ResponseMap& map, const Lattice& lattice, const Side& side) {
  int inside = 0, well_inside = 0, outside = 0;
  for (int k = 0; k < side.count; ++k) {
    Prediction at;
    if (!lattice.find(side.cell(k)) || !predict(lattice, side.beyond(k), at)) continue;
    ++(is_inside(map, at.x, at.y, kBorder) ? inside : outside);
    well_inside += is_inside(map, at.x, at.y, std::max(kBorder, kBorderInSquares * at.spacing));
  }
  if (inside + outside == 0) return SideState::kUnclear;
  if (inside == 0) return SideState::kLeavesImage;
  const Alternation next = alternation_beyond(map, lattice, side, 0);
  const Alternation after = alternation_beyond(map, lattice, side, 1);
  if (next.pairs > 0 && after.pairs > 0 && 4 * next.alternating >= 3 * next.pairs) {
    if (4 * after.alternating <= after.pairs) return SideState::kBoardEnds;
    if (4 * after.alternating >= 3 * after.pairs) return SideState::kBoardContinues;
  }
  return well_inside == 0 ? SideState::kLeavesImage : SideState::kUnclear;
}

// Whether there are corners beyond a side and the squares are not seen to end there. (Corners alone
// do not suffice: clutter around the board has corners too.)
bool continues_outside(const ResponseMap& map, const Lattice& lattice, const Window& window) {
  const float amplitude = median_amplitude(lattice);
  return std::any_of(kSides.begin(), kSides.end(), [&](SideName name) {
    const Side side = side_of(window, name);
    return has_corners_beyond(map, lattice, side, amplitude) &&
           state_of(map, lattice, side) != SideState::kBoardEnds;
  });
}

// Whether the outermost line of cells has fewer than two corners, or fewer than it lacks inside the
// image.
bool is_nearly_empty(const ResponseMap& map, const Lattice& lattice, const Side& side) {
  int held = 0, missing = 0;
  for (int k = 0; k < side.count; ++k) {
    Prediction at;
    if (lattice.find(side.cell(k)))
      ++held;
    else if (predict(lattice, side.cell(k), at) && is_inside(map, at.x, at.y, kBorder))
      ++missing;
  }
  return held < 2 || held < missing;
}

Lattice cut(const Lattice& lattice, const Window& window) {
  Lattice result(lattice.reach());
  for (const Cell cell : lattice.cells())
    if (cell.i >= window.first.i && cell.j >= window.first.j && cell.i <= window.last.i &&
        cell.j <= window.last.j)
      result.add(cell, *lattice.find(cell));
  return result;
}

// Moves one side of the window inwards by one cell.
void shrink(Window& window, const Side& side) {
  Cell& corner = side.out.i + side.out.j < 0 ? window.first : window.last;
  corner = {corner.i - side.out.i, corner.j - side.out.j};
}

// Removes outer lines that are nearly empty from the lattice, and returns the window that remains.
Window trim(const ResponseMap& map, Lattice& lattice) {
  for (;;) {
    Window window{lattice.first(), lattice.last()};
    const auto side = std::find_if(kSides.begin(), kSides.end(), [&](SideName name) {
      return is_nearly_empty(map, lattice, side_of(window, name));
    });
    if (side == kSides.end() || window.width() <= 2 || window.height() <= 2) return window;
    shrink(window, side_of(window, *side));
    lattice = cut(lattice, window);
    if (lattice.size() == 0) return {};
  }
}

bool may_end(SideState state) { return state != SideState::kBoardContinues; }
bool may_extend(SideState state) { return state != SideState::kBoardEnds; }

// The lines at which a board of `size` lines can begin along one direction, if the lattice has its
// lines [first, last].
std::vector<int> possible_begins(int first, int last, int size, SideState before, SideState after) {
  const int extra = size - (last - first + 1);
  std::vector<int> begins;
  for (int more = 0; more <= extra; ++more) {
    const bool first_fits = more == 0 ? may_end(before) : may_extend(before);
    const bool last_fits = more == extra ? may_end(after) : may_extend(after);
    if (first_fits && last_fits) begins.push_back(first - more);
  }
  return begins;
}

// All windows that the board can fill if `seen` is a part of it.
std::vector<Window> possible_windows(const Window& seen, const std::array<SideState, 4>& states,
                                     const Board& board) {
  std::vector<Window> windows;
  for (const auto& [width, height] : orientations(board))
    for (const int i :
         possible_begins(seen.first.i, seen.last.i, width, states[kLeft], states[kRight]))
      for (const int j :
           possible_begins(seen.first.j, seen.last.j, height, states[kTop], states[kBottom]))
        windows.push_back(window_at({i, j}, width, height));
  return windows;
}

// Whether the board is seen to leave the image on every side on which its window is larger than the
// lattice.
bool leaves_where_it_must(const Window& seen, const Window& window,
                          const std::array<SideState, 4>& states) {
  const auto agrees = [&](SideName side, bool wider) {
    return !wider || states[side] == SideState::kLeavesImage;
  };
  return agrees(kLeft, window.first.i < seen.first.i) &&
         agrees(kTop, window.first.j < seen.first.j) &&
         agrees(kRight, window.last.i > seen.last.i) &&
         agrees(kBottom, window.last.j > seen.last.j);
}

// A match of another size, in the orientation (landscape or portrait) of the requested board.
BoardMatch other_size(const Window& window, const Board& board) {
  const auto [least, most] = std::minmax({window.width(), window.height()});
  const bool upright = board.corners_x < board.corners_y;
  return {
      .kind = Match::kOtherSize, .width = upright ? least : most, .height = upright ? most : least};
}

// The number of corners of the window that are inside the image but not in the lattice.
int count_missed(const ResponseMap& map, const Lattice& lattice, const Window& window) {
  int missed = 0;
  for (int j = window.first.j; j <= window.last.j; ++j)
    for (int i = window.first.i; i <= window.last.i; ++i) {
      Prediction at;
      missed += !lattice.find({i, j}) && predict(lattice, {i, j}, at) &&
                is_inside(map, at.x, at.y, kBorder);
    }
  return missed;
}

// Whether the lattice has more corners than holes, unlike lattices in clutter.
bool is_dense(int seen, int missed) { return missed < seen; }

}  // namespace

Cell cell_of(const Placement& p, int column, int row) {
  return {p.origin.i + column * p.along.i + row * p.down.i,
          p.origin.j + column * p.along.j + row * p.down.j};
}

BoardMatch match_whole(const ResponseMap& map, const Lattice& lattice, const Board& board) {
  if (lattice.size() < corner_count(board)) return {};
  const std::vector<Window> windows = full_windows(lattice, board);
  if (windows.empty()) return {};
  if (windows.size() > 1 || continues_outside(map, lattice, windows[0]))
    return {.kind = Match::kLarger};
  return {.kind = Match::kWhole,
          .placement = canonical(lattice, windows[0], board),
          .seen = corner_count(board)};
}

BoardMatch match_part(const ResponseMap& map, Lattice& lattice, const Board& board) {
  const int least = std::max(kLeastCorners, corner_count(board) / kLeastFraction);
  const Window seen = trim(map, lattice);
  if (lattice.size() < least || seen.width() < 2 || seen.height() < 2) return {};
  std::array<SideState, 4> states{};
  for (const SideName side : kSides) states[side] = state_of(map, lattice, side_of(seen, side));

  const auto sides_with = [&](SideState state) {
    return std::count(states.begin(), states.end(), state);
  };
  if (sides_with(SideState::kBoardContinues) > 0)
    return {.kind = Match::kPartOfLarger, .seen = lattice.size()};
  const std::vector<Window> windows = possible_windows(seen, states, board);
  if (windows.size() == 1 && leaves_where_it_must(seen, windows[0], states)) {
    const int missed = count_missed(map, lattice, windows[0]);
    if (!is_dense(lattice.size(), missed)) return {};
    return {.kind = Match::kPart,
            .placement = canonical(lattice, windows[0], board),
            .seen = lattice.size(),
            .missed = missed};
  }
  const int missed = count_missed(map, lattice, seen);
  if (sides_with(SideState::kBoardEnds) == 4 && missed == 0) return other_size(seen, board);
  const bool is_board = sides_with(SideState::kUnclear) == 0 && is_dense(lattice.size(), missed);
  return {.kind = is_board ? Match::kAmbiguous : Match::kNone, .seen = lattice.size()};
}

}  // namespace calib
