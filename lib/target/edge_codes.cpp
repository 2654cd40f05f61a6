#include "target/edge_codes.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "corner/pyramid.hpp"

namespace calib {
namespace {

// A dot is read in its middle: as a share of the edge. It is clear if it differs from the middle
// gray by this share of half the contrast.
constexpr double kDotReach = 0.07;
constexpr double kClearDot = 0.2;
// Most placements are given up after a few dots.
constexpr int kFreeErrors = 4;
constexpr double kMostErrors = 0.25;
// The next best placement must have so much less evidence.
constexpr double kLeastLead = 8;
// A corner is numbered if at least so many dots around it are clear, and so many of them agree.
constexpr int kLeastDots = 8;
constexpr double kAgreeingDots = 0.85;

// One dot, on the edge from a corner to its neighbor along +i or +j.
struct Dot {
  Cell cell;
  bool along_i = false, is_white = false;
};

class DotReader {
 public:
  DotReader(const GrayView& picture, const ResponseMap& map, int level, const Lattice& lattice)
      : picture_(picture), map_(map), level_(level), lattice_(lattice) {}

  std::vector<Dot> read_all() const {
    std::vector<Dot> dots;
    for (const Cell cell : lattice_.cells())
      for (const Cell step : {Cell{1, 0}, Cell{0, 1}}) {
        const Cell next{cell.i + step.i, cell.j + step.j};
        if (!lattice_.find(next)) continue;
        const double brightness = read(cell, step);
        if (std::abs(brightness) > kClearDot) dots.push_back({cell, step.i == 1, brightness > 0});
      }
    return dots;
  }

 private:
  struct Point {
    double x, y;
  };
  Point place(const Saddle& saddle) const {
    return {to_picture(saddle.x, level_), to_picture(saddle.y, level_)};
  }

  // The middle of an edge between a and b, on the curve through the corners before and after them.
  Point middle_of(Cell cell, Cell step) const {
    const auto at = [&](int k) { return Cell{cell.i + k * step.i, cell.j + k * step.j}; };
    const Point a = place(*lattice_.find(at(0))), b = place(*lattice_.find(at(1)));
    const Saddle *before = lattice_.find(at(-1)), *after = lattice_.find(at(2));
    Point middle{(a.x + b.x) / 2, (a.y + b.y) / 2};
    const auto add = [&](const Point& outer, const Point& near, const Point& far, double weight) {
      // The second difference at `near`, of which a parabola's middle lies an eighth to the side.
      middle.x -= weight * (outer.x - 2 * near.x + far.x) / 8;
      middle.y -= weight * (outer.y - 2 * near.y + far.y) / 8;
    };
    const double weight = before && after ? 0.5 : 1;
    if (before) add(place(*before), a, b, weight);
    if (after) add(place(*after), b, a, weight);
    return middle;
  }

  // Between -1 (black) and 1 (white), 0 outside the picture.
  double read(Cell cell, Cell step) const {
    const Saddle& a = *lattice_.find(cell);
    const Saddle& b = *lattice_.find({cell.i + step.i, cell.j + step.j});
    const Point middle = middle_of(cell, step), from = place(a), to = place(b);
    const double reach = kDotReach * std::hypot(to.x - from.x, to.y - from.y);
    double sum = 0;
    for (const int y : {-1, 0, 1})
      for (const int x : {-1, 0, 1}) {
        const double px = middle.x + x * reach + 0.5, py = middle.y + y * reach + 0.5;
        if (!(px >= 0 && py >= 0 && px < picture_.width && py < picture_.height)) return 0;
        sum += picture_.row(static_cast<int>(py))[static_cast<int>(px)];
      }
    const double gray = (sample(map_, a.x, a.y) + sample(map_, b.x, b.y)) / (2 * kStepsPerGray);
    const double half_contrast = (a.amplitude + b.amplitude) / (2 * kStepsPerGray);
    return (sum / 9 - gray) / half_contrast;
  }

  const GrayView& picture_;
  const ResponseMap& map_;
  int level_;
  const Lattice& lattice_;
};

// A dot in the coordinates of a board that is turned like the lattice, up to a shift.
struct TurnedDot {
  int column = 0, row = 0;
  bool to_right = false, is_white = false;
};

int along(Cell cell, Cell axis) { return cell.i * axis.i + cell.j * axis.j; }

TurnedDot turned(const Dot& dot, const Placement& turn) {
  const Cell step = dot.along_i ? Cell{1, 0} : Cell{0, 1};
  const int right = along(step, turn.along), down = along(step, turn.down);
  return {along(dot.cell, turn.along) + std::min(0, right),
          along(dot.cell, turn.down) + std::min(0, down), right != 0, dot.is_white};
}

// The dots of the board, and whether one that was read agrees with them.
enum class DotState { kOutside, kAgrees, kDiffers };

// The columns and rows of corners of the board, and of the pattern as far as it is known.
SeenPattern span_of_board(const CodedBoard& board) {
  return {0, board.corners_x, 0, board.corners_y};
}
SeenPattern span_of_pattern(const CodedBoard& board) {
  const EdgeDots& dots = board.dots;
  return {-dots.before, dots.columns - dots.before, -dots.before, dots.rows - dots.before};
}

DotState compare_dot(const CodedBoard& board, const TurnedDot& dot, Cell shift,
                     const SeenPattern& span) {
  const int column = dot.column + shift.i, row = dot.row + shift.j;
  if (column < span.first_column || row < span.first_row ||
      column + dot.to_right >= span.end_column || row + !dot.to_right >= span.end_row)
    return DotState::kOutside;
  const auto& dots = dot.to_right ? board.dots.to_right : board.dots.down;
  const std::size_t index = static_cast<std::size_t>(row + board.dots.before) * board.dots.columns +
                            column + static_cast<std::size_t>(board.dots.before);
  return (dots[index] != 0) == dot.is_white ? DotState::kAgrees : DotState::kDiffers;
}

// The evidence for a shift, or nothing once too many dots differ.
std::optional<double> evidence_of_shift(const CodedBoard& board, const std::vector<TurnedDot>& dots,
                                        Cell shift) {
  int known = 0, wrong = 0;
  for (const TurnedDot& dot : dots) {
    const DotState state = compare_dot(board, dot, shift, span_of_board(board));
    if (state == DotState::kOutside) continue;
    ++known;
    wrong += state == DotState::kDiffers;
    if (wrong > kFreeErrors + kMostErrors * known) return std::nullopt;
  }
  return evidence_of_bits(known, wrong);
}

// Whether the colors of the squares allow this placement.
bool fits_colors(const Placement& placement, const CodedBoard& board) {
  const Cell outside{placement.origin.i - placement.along.i - placement.down.i,
                     placement.origin.j - placement.along.j - placement.down.j};
  const Cell square{std::min(placement.origin.i, outside.i),
                    std::min(placement.origin.j, outside.j)};
  return is_bright(square) != board.dots.first_is_dark;
}

struct Best {
  double evidence = -1, next = -1;
  Placement placement{};
};

void try_turn(const std::vector<Dot>& dots, const Lattice& lattice, const CodedBoard& board,
              const Placement& turn, Best& best) {
  std::vector<TurnedDot> all;
  all.reserve(dots.size());
  for (const Dot& dot : dots) all.push_back(turned(dot, turn));
  // In an order that begins with dots from all over the lattice.
  std::vector<TurnedDot> mixed;
  mixed.reserve(all.size());
  constexpr std::size_t kStride = 17;
  for (std::size_t first = 0; first < kStride; ++first)
    for (std::size_t k = first; k < all.size(); k += kStride) mixed.push_back(all[k]);
  Cell least{lattice.reach(), lattice.reach()}, most{-lattice.reach(), -lattice.reach()};
  for (const TurnedDot& dot : mixed) {
    least = {std::min(least.i, dot.column), std::min(least.j, dot.row)};
    most = {std::max(most.i, dot.column), std::max(most.j, dot.row)};
  }
  for (int j = -most.j; j < board.corners_y - least.j; ++j)
    for (int i = -most.i; i < board.corners_x - least.i; ++i) {
      Placement placement = turn;
      placement.origin = {-i * turn.along.i - j * turn.down.i, -i * turn.along.j - j * turn.down.j};
      if (!fits_colors(placement, board)) continue;
      const std::optional<double> evidence = evidence_of_shift(board, mixed, {i, j});
      if (!evidence || *evidence <= best.next) continue;
      if (*evidence > best.evidence) {
        best.next = best.evidence;
        best.evidence = *evidence;
        best.placement = placement;
      } else {
        best.next = *evidence;
      }
    }
}

Cell shift_of(const Placement& placement) {
  return {-along(placement.origin, placement.along), -along(placement.origin, placement.down)};
}

// The corners around which the dots agree.
std::vector<Cell> agreeing_corners(const std::vector<Dot>& dots, const Lattice& lattice,
                                   const CodedBoard& board, const Placement& placement,
                                   const SeenPattern& span) {
  struct Count {
    int known = 0, agreeing = 0;
  };
  std::map<std::pair<int, int>, Count> counts;
  const Cell shift = shift_of(placement);
  for (const Dot& dot : dots) {
    const DotState state = compare_dot(board, turned(dot, placement), shift, span);
    if (state == DotState::kOutside) continue;
    // A dot is evidence for the corners at its ends and for those next to them.
    for (int j = -1; j <= 1 + !dot.along_i; ++j)
      for (int i = -1; i <= 1 + dot.along_i; ++i) {
        Count& count = counts[{dot.cell.i + i, dot.cell.j + j}];
        ++count.known;
        count.agreeing += state == DotState::kAgrees;
      }
  }
  std::vector<Cell> corners;
  for (const Cell cell : lattice.cells()) {
    const Count& count = counts[{cell.i, cell.j}];
    if (count.known >= kLeastDots && count.agreeing >= kAgreeingDots * count.known)
      corners.push_back(cell);
  }
  return corners;
}

// The evidence that the pattern continues beyond the board.
double evidence_beyond(const std::vector<Dot>& dots, const CodedBoard& board,
                       const Placement& placement) {
  const Cell shift = shift_of(placement);
  int known = 0, wrong = 0;
  for (const Dot& dot : dots) {
    const TurnedDot at = turned(dot, placement);
    if (compare_dot(board, at, shift, span_of_board(board)) != DotState::kOutside) continue;
    const DotState state = compare_dot(board, at, shift, span_of_pattern(board));
    if (state == DotState::kOutside) continue;
    ++known;
    wrong += state == DotState::kDiffers;
  }
  return evidence_of_bits(known, wrong);
}

// The dots at the corners of one column or row.
struct LineTally {
  int known = 0, agreeing = 0;

  bool is_seen() const {
    constexpr int kLeastOfLine = 4;
    return agreeing >= kLeastOfLine && agreeing >= kAgreeingDots * known;
  }
};
using LineTallies = std::map<int, LineTally>;

// The first line that is seen, and the one after the last; equal if there is none.
std::pair<int, int> seen_lines_of(const LineTallies& lines) {
  std::pair<int, int> range{0, 0};
  for (const auto& [line, tally] : lines) {
    if (!tally.is_seen()) continue;
    if (range.first == range.second) range.first = line;
    range.second = line + 1;
  }
  return range;
}

// Where the pattern is seen, on the board and, where this is sure, beyond it. Absent if no line is
// sure.
std::optional<SeenPattern> seen_pattern(const std::vector<Dot>& dots, const CodedBoard& board,
                                        const Placement& placement) {
  const SeenPattern span = evidence_beyond(dots, board, placement) >= kEnoughEvidence
                               ? span_of_pattern(board)
                               : span_of_board(board);
  const Cell shift = shift_of(placement);
  LineTallies columns, rows;
  for (const Dot& dot : dots) {
    const TurnedDot at = turned(dot, placement);
    const DotState state = compare_dot(board, at, shift, span);
    if (state == DotState::kOutside) continue;
    const auto add = [&](LineTallies& lines, int line, bool to_next) {
      for (int k = line; k <= line + (to_next ? 1 : 0); ++k) {
        ++lines[k].known;
        lines[k].agreeing += state == DotState::kAgrees;
      }
    };
    add(columns, at.column + shift.i, at.to_right);
    add(rows, at.row + shift.j, !at.to_right);
  }
  const auto [first_column, end_column] = seen_lines_of(columns);
  const auto [first_row, end_row] = seen_lines_of(rows);
  if (first_column == end_column || first_row == end_row) return std::nullopt;
  return SeenPattern{first_column, end_column, first_row, end_row};
}

}  // namespace

std::optional<Numbering> number_by_dots(const GrayView& picture, const ResponseMap& map, int level,
                                        const Lattice& lattice, const CodedBoard& board) {
  const std::vector<Dot> dots = DotReader(picture, map, level, lattice).read_all();
  if (static_cast<double>(dots.size()) < kEnoughEvidence) return std::nullopt;
  Best best;
  for (const Placement& turn : kQuarterTurns) try_turn(dots, lattice, board, turn, best);
  const double possible = 4.0 * board.corners_x * board.corners_y;
  if (best.evidence - std::max(0.0, best.next) < kLeastLead) return std::nullopt;
  const double evidence = best.evidence - std::log2(possible);
  if (evidence < kEnoughEvidence) return std::nullopt;
  return Numbering{best.placement, evidence,
                   agreeing_corners(dots, lattice, board, best.placement, span_of_board(board)),
                   seen_pattern(dots, board, best.placement)};
}

}  // namespace calib
