#include "target/board_placement.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/median.hpp"

namespace calib {
namespace {

// A part of the board has at least this share of its corners, and at least so many.
constexpr int kLeastShareOfBoard = 8;  // one in
constexpr int kLeastCorners = 8;
// Corners nearer to the border than kBorder, pixels of the level, are not found; what is nearer
// than a square may be missed.
constexpr float kBorder = 5;
constexpr float kBorderInSquares = 1;

bool is_full(const Lattice& lattice, const Placement& p, const Board& board) {
  for (int row = 0; row < board.corners_y; ++row)
    for (int column = 0; column < board.corners_x; ++column)
      if (!lattice.find(cell_of(p, column, row))) return false;
  return true;
}

// Between +i and +j of a corner it is bright where the line along +i is rising.
bool is_bright(Cell square) { return line_along_i(square) == 0; }

// Whether the square diagonally outside corner 0 is dark. The square between +i and +j is like the
// one across; the other two are not.
bool outer_square_is_dark(const Placement& p) {
  const Cell outwards{-p.along.i - p.down.i, -p.along.j - p.down.j};
  const bool same_signs = outwards.i * outwards.j > 0;
  return is_bright(p.origin) != same_signs;
}

// A rectangle of cells.
struct Window {
  Cell first, last;
  int wide() const { return last.i - first.i + 1; }
  int high() const { return last.j - first.j + 1; }
};

Window window_at(Cell first, int wide, int high) {
  return {first, {first.i + wide - 1, first.j + high - 1}};
}

bool fits_upright(const Window& window, const Board& board) {
  return window.wide() == board.corners_x && window.high() == board.corners_y;
}

bool fits_turned(const Window& window, const Board& board) {
  return window.wide() == board.corners_y && window.high() == board.corners_x;
}

// All right-handed placements that fill the window.
std::vector<Placement> placements_in(const Window& window, const Board& board) {
  const auto [i0, j0] = window.first;
  const auto [i1, j1] = window.last;
  std::vector<Placement> placements;
  if (fits_upright(window, board)) {
    placements.push_back({{i0, j0}, {1, 0}, {0, 1}});
    placements.push_back({{i1, j1}, {-1, 0}, {0, -1}});
  }
  if (fits_turned(window, board)) {
    placements.push_back({{i1, j0}, {0, 1}, {-1, 0}});
    placements.push_back({{i0, j1}, {0, -1}, {1, 0}});
  }
  return placements;
}

// The seen corner with the least id: where a placement begins, as far as it can be seen.
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

// The distinct windows of the board's size in which no cell is empty.
std::vector<Window> full_windows(const Lattice& lattice, const Board& board) {
  std::vector<Window> windows;
  const int turns = board.corners_x == board.corners_y ? 1 : 2;
  for (int turn = 0; turn < turns; ++turn) {
    const int wide = turn == 0 ? board.corners_x : board.corners_y;
    const int high = turn == 0 ? board.corners_y : board.corners_x;
    for (int j = lattice.first().j; j + high - 1 <= lattice.last().j; ++j)
      for (int i = lattice.first().i; i + wide - 1 <= lattice.last().i; ++i) {
        const Window window = window_at({i, j}, wide, high);
        if (is_full(lattice, placements_in(window, board).front(), board))
          windows.push_back(window);
      }
  }
  return windows;
}

float median_amplitude(const Lattice& lattice) {
  std::vector<float> amplitudes;
  for (const Cell cell : lattice.cells()) amplitudes.push_back(lattice.find(cell)->amplitude);
  return median(std::move(amplitudes));
}

bool is_inside(const ResponseMap& map, float x, float y, float margin) {
  return x >= margin && y >= margin && x <= static_cast<float>(map.width - 1) - margin &&
         y <= static_cast<float>(map.height - 1) - margin;
}

// One side of a window: its outermost line of cells and the direction out of it.
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
      return {w.first, {0, 1}, {-1, 0}, w.high()};
    case kRight:
      return {{w.last.i, w.first.j}, {0, 1}, {1, 0}, w.high()};
    case kTop:
      return {w.first, {1, 0}, {0, -1}, w.wide()};
    default:
      return {{w.first.i, w.last.j}, {1, 0}, {0, 1}, w.wide()};
  }
}
constexpr std::array<SideName, 4> kSides = {kLeft, kRight, kTop, kBottom};

// Whether the line of cells just outside the window holds corners too, in the lattice or, where
// that is empty, in the picture.
bool goes_on_beyond(const ResponseMap& map, const Lattice& lattice, const Side& side,
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

// What lies beyond one side of the lattice.
enum class Rim {
  kUnclear,
  kEnds,    ///< one more row of squares, then none
  kGoesOn,  ///< more squares
  kLeaves,  ///< all of the next line of corners is outside the picture
};

struct Point {
  float x = 0, y = 0;
};

Point between(const Point& a, const Point& b, float t) {
  return {a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)};
}

// The mean of the part of a square that is nearest to its side a-b, clear of its blurred rim; c and
// d lie beyond a and b.
std::optional<float> mean_near(const ResponseMap& map, Point a, Point b, Point c, Point d) {
  constexpr float kClear = 2.5f;  // pixels
  const float height = std::min(std::hypot(c.x - a.x, c.y - a.y), std::hypot(d.x - b.x, d.y - b.y));
  const float rim = std::clamp(kClear / height, 0.1f, 0.3f);
  float sum = 0;
  for (const float v : {rim, rim + 0.15f})
    for (const float u : {0.3f, 0.5f, 0.7f}) {
      const Point p = between(between(a, b, u), between(c, d, u), v);
      if (!is_inside(map, p.x, p.y, 1)) return std::nullopt;
      sum += sample(map, p.x, p.y);
    }
  return sum / 6;
}

// Squares next to each other in one of the two rows beyond a side: how many pairs there are, and
// how many of them alternate as the board's do.
struct Alternation {
  int pairs = 0, alternating = 0;
};

Alternation alternation_beyond(const ResponseMap& map, const Lattice& lattice, const Side& side,
                               int rows_beyond) {
  constexpr float kLeastShare = 0.35f;  // of the corners' amplitude
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
      // The square's cell is the least of its corners'.
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

Rim rim_beyond(const ResponseMap& map, const Lattice& lattice, const Side& side) {
  int inside = 0, well_inside = 0, outside = 0;
  for (int k = 0; k < side.count; ++k) {
    Prediction at;
    if (!lattice.find(side.cell(k)) || !predict(lattice, side.beyond(k), at)) continue;
    ++(is_inside(map, at.x, at.y, kBorder) ? inside : outside);
    well_inside += is_inside(map, at.x, at.y, std::max(kBorder, kBorderInSquares * at.spacing));
  }
  if (inside + outside == 0) return Rim::kUnclear;
  if (inside == 0) return Rim::kLeaves;
  const Alternation next = alternation_beyond(map, lattice, side, 0);
  const Alternation after = alternation_beyond(map, lattice, side, 1);
  if (next.pairs > 0 && after.pairs > 0 && 4 * next.alternating >= 3 * next.pairs) {
    if (4 * after.alternating <= after.pairs) return Rim::kEnds;
    if (4 * after.alternating >= 3 * after.pairs) return Rim::kGoesOn;
  }
  return well_inside == 0 ? Rim::kLeaves : Rim::kUnclear;
}

// Corners beyond a side make the board larger, unless the squares are seen to end there: clutter at
// the rim of the board holds corners too.
bool continues_outside(const ResponseMap& map, const Lattice& lattice, const Window& window) {
  const float amplitude = median_amplitude(lattice);
  return std::any_of(kSides.begin(), kSides.end(), [&](SideName name) {
    const Side side = side_of(window, name);
    return goes_on_beyond(map, lattice, side, amplitude) &&
           rim_beyond(map, lattice, side) != Rim::kEnds;
  });
}

// Corners in a side's line, and those that are missing there though they would be in the picture.
bool hardly_holds(const ResponseMap& map, const Lattice& lattice, const Side& side) {
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

void shrink(Window& window, SideName side) {
  switch (side) {
    case kLeft:
      ++window.first.i;
      break;
    case kRight:
      --window.last.i;
      break;
    case kTop:
      ++window.first.j;
      break;
    default:
      --window.last.j;
      break;
  }
}

Window trim(const ResponseMap& map, Lattice& lattice) {
  for (;;) {
    Window window{lattice.first(), lattice.last()};
    const auto side = std::find_if(kSides.begin(), kSides.end(), [&](SideName name) {
      return hardly_holds(map, lattice, side_of(window, name));
    });
    if (side == kSides.end() || window.wide() <= 2 || window.high() <= 2) return window;
    shrink(window, *side);
    lattice = cut(lattice, window);
    if (lattice.size() == 0) return {};
  }
}

bool may_end(Rim rim) { return rim != Rim::kGoesOn; }
bool may_extend(Rim rim) { return rim != Rim::kEnds; }

// Where a board of `size` lines can begin along one direction, of which [first, last] are seen.
std::vector<int> possible_begins(int first, int last, int size, Rim before, Rim after) {
  const int extra = size - (last - first + 1);
  std::vector<int> begins;
  for (int more = 0; more <= extra; ++more) {
    const bool first_fits = more == 0 ? may_end(before) : may_extend(before);
    const bool last_fits = more == extra ? may_end(after) : may_extend(after);
    if (first_fits && last_fits) begins.push_back(first - more);
  }
  return begins;
}

// Everywhere that the board can lie when `seen` is a part of it.
std::vector<Window> possible_windows(const Window& seen, const std::array<Rim, 4>& rims,
                                     const Board& board) {
  std::vector<Window> windows;
  const int turns = board.corners_x == board.corners_y ? 1 : 2;
  for (int turn = 0; turn < turns; ++turn) {
    const int wide = turn == 0 ? board.corners_x : board.corners_y;
    const int high = turn == 0 ? board.corners_y : board.corners_x;
    for (const int i : possible_begins(seen.first.i, seen.last.i, wide, rims[kLeft], rims[kRight]))
      for (const int j :
           possible_begins(seen.first.j, seen.last.j, high, rims[kTop], rims[kBottom]))
        windows.push_back(window_at({i, j}, wide, high));
  }
  return windows;
}

// Whether the board is seen to leave the picture wherever its window is wider than what is seen.
bool leaves_where_it_must(const Window& seen, const Window& window,
                          const std::array<Rim, 4>& rims) {
  const auto agrees = [&](SideName side, bool wider) {
    return !wider || rims[side] == Rim::kLeaves;
  };
  return agrees(kLeft, window.first.i < seen.first.i) &&
         agrees(kTop, window.first.j < seen.first.j) &&
         agrees(kRight, window.last.i > seen.last.i) &&
         agrees(kBottom, window.last.j > seen.last.j);
}

// Turned as the board asked for.
BoardSight other_size(const Window& window, const Board& board) {
  const auto [least, most] = std::minmax({window.wide(), window.high()});
  const bool upright = board.corners_x < board.corners_y;
  return {
      .sight = Sight::kOtherSize, .wide = upright ? least : most, .high = upright ? most : least};
}

// The corners of the window that the lattice lacks although they would be in the picture.
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

// Lattices in clutter are full of holes.
bool is_dense(int seen, int missed) { return missed < seen; }

}  // namespace

Cell cell_of(const Placement& p, int column, int row) {
  return {p.origin.i + column * p.along.i + row * p.down.i,
          p.origin.j + column * p.along.j + row * p.down.j};
}

BoardSight place_whole(const ResponseMap& map, const Lattice& lattice, const Board& board) {
  if (lattice.size() < corner_count(board)) return {};
  const std::vector<Window> windows = full_windows(lattice, board);
  if (windows.empty()) return {};
  if (windows.size() > 1 || continues_outside(map, lattice, windows[0]))
    return {.sight = Sight::kLarger};
  return {.sight = Sight::kWhole,
          .placement = canonical(lattice, windows[0], board),
          .seen = corner_count(board)};
}

BoardSight place_part(const ResponseMap& map, Lattice& lattice, const Board& board) {
  const int least = std::max(kLeastCorners, corner_count(board) / kLeastShareOfBoard);
  const Window seen = trim(map, lattice);
  if (lattice.size() < least || seen.wide() < 2 || seen.high() < 2) return {};
  std::array<Rim, 4> rims{};
  for (const SideName side : kSides) rims[side] = rim_beyond(map, lattice, side_of(seen, side));

  const std::vector<Window> windows = possible_windows(seen, rims, board);
  if (std::find(rims.begin(), rims.end(), Rim::kGoesOn) != rims.end())
    return {.sight = Sight::kLarger};
  if (windows.size() == 1 && leaves_where_it_must(seen, windows[0], rims)) {
    const int missed = count_missed(map, lattice, windows[0]);
    if (!is_dense(lattice.size(), missed)) return {};
    return {.sight = Sight::kPart,
            .placement = canonical(lattice, windows[0], board),
            .seen = lattice.size(),
            .missed = missed};
  }
  const bool ends_everywhere =
      std::all_of(rims.begin(), rims.end(), [](Rim rim) { return rim == Rim::kEnds; });
  const int missed = count_missed(map, lattice, seen);
  if (ends_everywhere && missed == 0) return other_size(seen, board);
  const bool all_clear =
      std::none_of(rims.begin(), rims.end(), [](Rim rim) { return rim == Rim::kUnclear; });
  const bool is_board = all_clear && is_dense(lattice.size(), missed);
  return {.sight = is_board ? Sight::kAmbiguous : Sight::kNone};
}

}  // namespace calib
